#pragma once
#include "actors/base/atoms.hpp"
#include "net/nftables/ruleset.hpp"
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/typed_actor.hpp>
#include <memory>

namespace troupe::actors::proxy {

/// What the kernel is to be told; stays in the process.
struct kernel_job {
  std::shared_ptr<const net::nftables::change> what;
  bool replace = false; ///< the table is made anew with `what.added`, whatever it held
};

/// The one that programs the kernel. It blocks, so it has a thread of its own.
using kernel_actor = caf::typed_actor<
  /// Carries out a job; answers how many UDP flows were cut off. If it fails nobody knows what the table holds, and the
  /// next job must replace it.
  caf::replies_to<write_atom, kernel_job>::with<std::uint64_t>>;

} // namespace troupe::actors::proxy

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::actors::proxy::kernel_job)
