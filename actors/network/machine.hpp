#pragma once
#include "actors/network/interface.hpp"
#include "policies/network/steps.hpp"
#include <string>
#include <tl/expected.hpp>

/// The network of the calling thread's namespace, as plans see it. Everything here blocks.
namespace troupe::actors::network {

struct machine_state {
  policies::network::machine_view machine;
  policies::network::layout present; ///< what the instance has in the kernel
};

[[nodiscard]] tl::expected<machine_state, std::string> read_machine(const std::string& instance);

/// Does one step; `instance` as above.
[[nodiscard]] tl::expected<void, std::string> carry_out(const policies::network::step& step,
                                                        const std::string& instance);

/// Reads, plans, and carries out what differs. Also switches forwarding on and has it accepted.
[[nodiscard]] tl::expected<kernel_report, std::string> reconcile(const policies::network::cluster_view& cluster);

/// The MTU for pods of a node: that of the interface with the node's address, so that packets to the outside need not
/// be cut; 1500 if there is no such interface. Less if the instance has a tunnel, through which they must fit.
[[nodiscard]] std::uint32_t pod_mtu(const std::string& instance, const std::string& node_ip);

} // namespace troupe::actors::network
