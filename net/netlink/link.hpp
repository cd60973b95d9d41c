#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

/// Network interfaces through rtnetlink. Each call works in the network namespace of the calling thread. Addresses are
/// IPv4 in host byte order.
namespace troupe::net::netlink {

using hardware_address = std::array<std::uint8_t, 6>;

/// A VXLAN device (RFC 7348) that learns nothing by itself: its neighbours are entries that somebody writes.
struct vxlan {
  std::uint32_t number = 0; ///< VNI, 24 bits
  std::uint16_t port = 0;   ///< UDP, of both ends
  std::uint32_t local = 0;  ///< outer source address; 0: the kernel chooses
  bool operator==(const vxlan&) const = default;
};

struct link {
  std::string name, kind; ///< kind: "bridge", "veth", "vxlan", …; empty for a real device
  std::uint32_t index = 0, master = 0, mtu = 0;
  bool up = false, loopback = false;
  hardware_address hardware{};          ///< zeros where it has none of this length
  std::optional<netlink::vxlan> tunnel; ///< of kind "vxlan"
};

[[nodiscard]] tl::expected<std::vector<link>, std::string> links();
/// The interface of this name, if there is one.
[[nodiscard]] tl::expected<std::optional<link>, std::string> find_link(const std::string& name);

/// Makes a bridge that is up, with a hardware address made from an IPv4 address (host byte order), so that the
/// bridge keeps it while ports come and go. Fine if it exists.
[[nodiscard]] tl::expected<void, std::string> make_bridge(const std::string& name, std::uint32_t ipv4,
                                                          std::uint32_t mtu);
/// Makes a VXLAN device that is up. Fails if an interface of this name is there, or another device with this port and
/// number.
[[nodiscard]] tl::expected<void, std::string> make_vxlan(const std::string& name, const vxlan& kind,
                                                         const hardware_address& hardware, std::uint32_t mtu);
/// Fine if it does not exist.
[[nodiscard]] tl::expected<void, std::string> remove_link(const std::string& name);
[[nodiscard]] tl::expected<void, std::string> set_up(const std::string& name);

} // namespace troupe::net::netlink
