#pragma once
#include "policies/api/json.hpp"
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

/// The Container Network Interface, specification 1.0.0, as its caller.
namespace troupe::net::cni {

/// The pods of one node on one bridge. All names carry the instance, so that clusters on one machine do not collide.
struct bridge_network {
  std::string name;     ///< of the network: the folder of its addresses below `data_dir`
  std::string bridge;   ///< interface name, at most 15 characters
  std::string subnet;   ///< "10.244.0.0/24"
  std::string data_dir; ///< where the host-local plugin keeps addresses
  std::uint32_t mtu = 1500;
};

struct port {
  std::string protocol; ///< "tcp" or "udp"
  std::uint16_t host = 0, container = 0;
  std::string host_ip;
};

/// An IPv4 subnet of a node's pods.
struct subnet {
  std::uint32_t base = 0; ///< host byte order
  int bits = 0;
  [[nodiscard]] std::string gateway() const; ///< the first address
};
/// Refuses what is no IPv4 network with room for at least two pods.
[[nodiscard]] tl::expected<subnet, std::string> parse_subnet(std::string_view text);

/// Interface name of an instance: "tr-" and the instance, cut and hashed where that is longer than the kernel takes.
[[nodiscard]] std::string bridge_name(std::string_view instance);

/// Configuration of the `bridge` plugin with `host-local` addresses, for ADD and DEL.
[[nodiscard]] api::json::object bridge_config(const bridge_network& network);
/// Configuration of the `portmap` plugin, which needs what `bridge` answered.
[[nodiscard]] api::json::object portmap_config(const bridge_network& network, const std::vector<port>& ports,
                                               const api::json::object& previous);

/// What is attached: one interface of one pod.
struct attachment {
  std::string id;    ///< of the sandbox
  std::string netns; ///< path of the pinned namespace; may be gone on DEL
  std::string interface = "eth0";
};
/// The environment of a plugin call; `verb` is ADD, DEL or CHECK.
[[nodiscard]] std::vector<std::string> environment(std::string_view verb, const attachment& to,
                                                   const std::string& bin_dir);

} // namespace troupe::net::cni
