#pragma once
#include "actors/mirror/interface.hpp"

namespace troupe::actors::mirror {

/// A mirror that also tells how far it is, for those who pass on what it sends.
using dated_mirror_actor = mirror_actor::extend<
  /// Answers the mirror's revision once that is not older than the one asked for; -1: than anything acknowledged
  /// before the question. All updates up to it have been sent before the answer. Fails with `unavailable` while the
  /// watch cache is away. A revision that does not exist yet is waited for without end.
  caf::replies_to<read_atom, std::int64_t>::with<std::int64_t>>;

} // namespace troupe::actors::mirror
