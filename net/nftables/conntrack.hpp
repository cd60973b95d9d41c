#pragma once
#include "net/nftables/ruleset.hpp"
#include <set>
#include <tl/expected.hpp>

namespace troupe::net::nftables {

/// A UDP flow's destination as the client sees it, and the endpoint that it was sent to. Address 0: any.
struct udp_flow {
  std::uint32_t address = 0;
  std::uint16_t port = 0;
  endpoint to;
  auto operator<=>(const udp_flow&) const = default;
};

/// The flows that a change cuts off: those to endpoints that a frontend loses. Where a frontend gets its first
/// endpoints, there is nothing to forget: refused packets leave no flow behind.
[[nodiscard]] std::set<udp_flow> cut_flows(const change& c);

/// Makes the kernel forget these flows, as UDP has no end: else a client with a fixed source port goes on to talk to an
/// endpoint that is gone. Blocks for the time of one walk through the table of connections. How many went.
[[nodiscard]] tl::expected<std::size_t, std::string> forget(const std::set<udp_flow>& flows);

} // namespace troupe::net::nftables
