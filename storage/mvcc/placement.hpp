#pragma once
#include "storage/mvcc/types.hpp"

/// How the keys of a prefix move from one shard to another without a gap in what their watchers see. In the shard that
/// gives: close the fence at revision F, read everything below it. In the shard that takes: close the fence, forget
/// what an earlier try left, advance to F + 1, import, raise the floor to F + 1, open the fence. When the map of shards
/// says so, the giving shard forgets. Revisions of the keys stay what they were, and later ones are higher.
namespace troupe::storage::mvcc {

/// While it is closed, whatever would change a key below `prefix` is refused with `errc::moved`, also the end of a
/// lease. Reads and watches go on.
struct fence_request {
  std::string prefix; ///< not empty
  bool closed = true;
};
/// The newest revision becomes at least this one.
struct advance_request { revision at_least = 0; };
/// Entries of another shard, taken over as they are and without events.
struct import_request {
  struct entry {
    key_value_ptr kv;              ///< its mod_revision is not above the newest revision here
    std::int64_t lease_seconds = 0; ///< of the lease, if it has one; the lease may get another id here
  };
  std::string prefix; ///< must be fenced; no entry may exist yet
  std::vector<entry> entries;
};
/// Of keys below `prefix` the events before revision `at` are not here: asking for them is answered `compacted`.
struct floor_request {
  std::string prefix;
  revision at = 0;
};
/// Removes up to so many keys below a fenced prefix with all their versions, without events. Raises the floor above
/// the newest revision. The answer is 0 when nothing is left, else the newest revision.
struct forget_request {
  std::string prefix;
  std::uint32_t keys_max = 1000; ///< >= 1
};
using placement_request =
  std::variant<fence_request, advance_request, import_request, floor_request, forget_request>;

} // namespace troupe::storage::mvcc
