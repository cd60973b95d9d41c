#pragma once
#include "actors/base/atoms.hpp"
#include "policies/network/layout.hpp"
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/typed_actor.hpp>
#include <memory>

namespace troupe::actors::network {

/// The cluster that the kernel is to be made like; stays in the process.
struct kernel_job {
  std::shared_ptr<const policies::network::cluster_view> cluster;
};

struct kernel_report {
  std::size_t steps = 0; ///< what was changed
  bool tunnel = false;   ///< some nodes are reached through it
  std::vector<std::string> problems; ///< nodes that may not be reached; trying again does not help
  std::vector<std::string> errors;   ///< what the kernel refused
};

/// The one that programs the kernel. It blocks, so it has a thread of its own.
using kernel_actor = caf::typed_actor<
  /// Compares the kernel with the cluster and brings it in line, as far as it lets itself. Fails if the kernel cannot
  /// even be read; then nothing was changed. May be repeated.
  caf::replies_to<write_atom, kernel_job>::with<kernel_report>>;

} // namespace troupe::actors::network

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::actors::network::kernel_job)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::actors::network::kernel_report)
