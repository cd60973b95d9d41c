#pragma once
#include "net/nftables/ruleset.hpp"
#include <compare>
#include <set>
#include <string>
#include <string_view>

/// What is to be forgotten of the clients of sticky frontends.
namespace troupe::net::nftables {

/// An endpoint that a sticky frontend no longer has. Address 0: of a node port, whatever address the client asked.
struct lost_endpoint {
  bool udp = false;
  std::uint32_t address = 0;
  std::uint16_t port = 0;
  endpoint was;
  auto operator<=>(const lost_endpoint&) const = default;
};

[[nodiscard]] std::set<lost_endpoint> lost_endpoints(const change& c);

/// Prints the memory of one protocol.
[[nodiscard]] std::string list_affinity(std::string_view table, bool udp);

/// Commands that forget those entries of a listing that lead to lost endpoints; empty if there are none.
[[nodiscard]] std::string forget_affinity(std::string_view table, bool udp, std::string_view listing,
                                          const std::set<lost_endpoint>& lost);

} // namespace troupe::net::nftables
