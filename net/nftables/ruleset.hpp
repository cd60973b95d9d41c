#pragma once
#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// Balancing of services in the kernel. One table an instance with a fixed set of chains; all state is elements of
/// named maps, so that a change costs what changes and not what is there.
///
///   packet → `services`: the maps in_*, svc_*, inp_*, np_* (address and port, or node port) → a chain for the
///   number of endpoints, as tcp3 → a number from 0 to 2 → the maps ep_*, npep_* → the endpoint
///
/// A sticky frontend looks into the map aff_* first: client, address and port lead to the endpoint that the client had
/// last. After the translation the chain `learn` writes there what the new connection got; entries end by themselves.
///
/// Addresses are IPv4 in host byte order.
namespace troupe::net::nftables {

struct table_config {
  std::string table;        ///< `table_name(instance)`
  std::string service_cidr; ///< what is sent there and matches no rule is refused
  std::string cluster_cidr; ///< clients with these addresses are inside the cluster
};

/// "troupe_" and the instance with '_' for '-'.
[[nodiscard]] std::string table_name(std::string_view instance);

struct endpoint {
  std::uint32_t address = 0;
  std::uint16_t port = 0;
  auto operator<=>(const endpoint&) const = default;
};

struct frontend {
  bool udp = false;
  bool inside = false;       ///< only for clients in the cluster and the node itself; goes before the others
  std::uint32_t address = 0; ///< 0: every address of the node
  std::uint16_t port = 0;
  auto operator<=>(const frontend&) const = default;
};

struct balance {
  std::vector<endpoint> endpoints; ///< at most 32768
  std::uint32_t sticky_seconds = 0; ///< a client keeps its endpoint until it was silent for so long; 0: not at all
  bool masquerade = false;
  bool drop_when_empty = false; ///< else refuse
};

/// A frontend that changes is in both maps.
struct change {
  std::map<frontend, balance> removed, added;
  std::vector<std::uint32_t> hairpins_removed, hairpins_added;
};

/// Commands that make the table with its maps and fixed chains, in place of whatever has its name.
[[nodiscard]] std::string fresh_table(const table_config& config);
/// Commands that remove the table; fine if there is none.
[[nodiscard]] std::string no_table(std::string_view table);
/// Commands that add the chain of this name ("tcp3", "nptcpsm2"), as `script` uses it.
[[nodiscard]] std::string add_chain(std::string_view table, const frontend& kind, const balance& to);
/// The chain that remembers a client's endpoint for so many seconds, as `script` uses it: "learn_tcp_10800".
[[nodiscard]] std::string learn_chain_name(bool udp, std::uint32_t seconds);
[[nodiscard]] std::string add_learn_chain(std::string_view table, bool udp, std::uint32_t seconds);
/// A name for each way to balance: protocol, "n" for node ports, "i" inside, "s" sticky, "m" masquerade, count.
[[nodiscard]] std::string chain_name(const frontend& kind, const balance& to);

} // namespace troupe::net::nftables
