#include "net/netlink/link.hpp"
#include "net/netlink/request.hpp"
#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

namespace troupe::net::netlink {

namespace {

using outcome = tl::expected<void, std::string>;

bool fits(const std::string& name) { return !name.empty() && name.size() < IFNAMSIZ; }

tl::unexpected<std::string> bad_name(const std::string& name) {
  return tl::unexpected("the interface name " + name + " is too long");
}

void read_tunnel(const nlattr* data, vxlan& out) {
  for_attributes(data, [&](const nlattr* a) {
    switch (mnl_attr_get_type(a)) {
      case IFLA_VXLAN_ID: out.number = mnl_attr_get_u32(a); break;
      case IFLA_VXLAN_PORT: out.port = ntohs(mnl_attr_get_u16(a)); break;
      case IFLA_VXLAN_LOCAL: out.local = ntohl(mnl_attr_get_u32(a)); break;
      default: break;
    }
  });
}

void read_info(const nlattr* nest, link& out) {
  const nlattr* data = nullptr;
  for_attributes(nest, [&](const nlattr* a) {
    if (mnl_attr_get_type(a) == IFLA_INFO_KIND) out.kind = mnl_attr_get_str(a);
    if (mnl_attr_get_type(a) == IFLA_INFO_DATA) data = a;
  });
  if (out.kind != "vxlan") return;
  out.tunnel.emplace();
  if (data) read_tunnel(data, *out.tunnel);
}

void read_attribute(const nlattr* a, link& out) {
  switch (mnl_attr_get_type(a)) {
    case IFLA_IFNAME: out.name = mnl_attr_get_str(a); break;
    case IFLA_MASTER: out.master = mnl_attr_get_u32(a); break;
    case IFLA_MTU: out.mtu = mnl_attr_get_u32(a); break;
    case IFLA_ADDRESS:
      if (mnl_attr_get_payload_len(a) == out.hardware.size())
        std::memcpy(out.hardware.data(), mnl_attr_get_payload(a), out.hardware.size());
      break;
    case IFLA_LINKINFO: read_info(a, out); break;
    default: break;
  }
}

link read_link(const nlmsghdr* h) {
  auto* info = static_cast<const ifinfomsg*>(mnl_nlmsg_get_payload(h));
  link out;
  out.index = static_cast<std::uint32_t>(info->ifi_index);
  out.up = (info->ifi_flags & IFF_UP) != 0;
  out.loopback = (info->ifi_flags & IFF_LOOPBACK) != 0;
  for_attributes(h, sizeof *info, [&](const nlattr* a) { read_attribute(a, out); });
  return out;
}

/// What all new interfaces have: a name, a hardware address, an MTU, and that they are up.
void describe(request<ifinfomsg>& m, const std::string& name, const hardware_address& hardware, std::uint32_t mtu) {
  m.body->ifi_flags = m.body->ifi_change = IFF_UP;
  mnl_attr_put_strz(m.header, IFLA_IFNAME, name.c_str());
  mnl_attr_put_u32(m.header, IFLA_MTU, mtu);
  mnl_attr_put(m.header, IFLA_ADDRESS, hardware.size(), hardware.data());
}

constexpr int fresh = NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL;

} // namespace

tl::expected<std::vector<link>, std::string> links() {
  request<ifinfomsg> m(RTM_GETLINK, NLM_F_DUMP);
  std::vector<link> out;
  if (auto error = exchange(m.header, [&](const nlmsghdr* h) { out.push_back(read_link(h)); }))
    return failure("list of the network interfaces", error);
  return out;
}

tl::expected<std::optional<link>, std::string> find_link(const std::string& name) {
  if (!fits(name)) return std::nullopt;
  request<ifinfomsg> m(RTM_GETLINK, NLM_F_ACK);
  mnl_attr_put_strz(m.header, IFLA_IFNAME, name.c_str());
  std::optional<link> out;
  auto error = exchange(m.header, [&](const nlmsghdr* h) { out = read_link(h); });
  if (error != 0 && error != ENODEV) return failure("look for interface " + name, error);
  return out;
}

outcome make_bridge(const std::string& name, std::uint32_t ipv4, std::uint32_t mtu) {
  if (!fits(name)) return bad_name(name);
  hardware_address hardware{0x0a, 0x58, std::uint8_t(ipv4 >> 24), std::uint8_t(ipv4 >> 16), std::uint8_t(ipv4 >> 8),
                            std::uint8_t(ipv4)};
  request<ifinfomsg> m(RTM_NEWLINK, fresh);
  describe(m, name, hardware, mtu);
  auto* nest = mnl_attr_nest_start(m.header, IFLA_LINKINFO);
  mnl_attr_put_strz(m.header, IFLA_INFO_KIND, "bridge");
  mnl_attr_nest_end(m.header, nest);
  auto error = exchange(m.header);
  if (error == EEXIST) return set_up(name);
  if (error != 0) return failure("make bridge " + name, error);
  return {};
}

outcome make_vxlan(const std::string& name, const vxlan& kind, const hardware_address& hardware, std::uint32_t mtu) {
  if (!fits(name)) return bad_name(name);
  request<ifinfomsg> m(RTM_NEWLINK, fresh);
  describe(m, name, hardware, mtu);
  auto* nest = mnl_attr_nest_start(m.header, IFLA_LINKINFO);
  mnl_attr_put_strz(m.header, IFLA_INFO_KIND, "vxlan");
  auto* data = mnl_attr_nest_start(m.header, IFLA_INFO_DATA);
  mnl_attr_put_u32(m.header, IFLA_VXLAN_ID, kind.number);
  mnl_attr_put_u16(m.header, IFLA_VXLAN_PORT, htons(kind.port));
  mnl_attr_put_u8(m.header, IFLA_VXLAN_LEARNING, 0);
  if (kind.local != 0) mnl_attr_put_u32(m.header, IFLA_VXLAN_LOCAL, htonl(kind.local));
  mnl_attr_nest_end(m.header, data);
  mnl_attr_nest_end(m.header, nest);
  if (auto error = exchange(m.header)) return failure("make VXLAN device " + name, error);
  return {};
}

outcome remove_link(const std::string& name) {
  auto index = if_nametoindex(name.c_str());
  if (index == 0) return {};
  request<ifinfomsg> m(RTM_DELLINK, NLM_F_ACK);
  m.body->ifi_index = static_cast<int>(index);
  auto error = exchange(m.header);
  if (error != 0 && error != ENODEV) return failure("remove interface " + name, error);
  return {};
}

outcome set_up(const std::string& name) {
  request<ifinfomsg> m(RTM_NEWLINK, NLM_F_ACK);
  m.body->ifi_index = static_cast<int>(if_nametoindex(name.c_str()));
  if (m.body->ifi_index == 0) return failure("interface " + name, errno);
  m.body->ifi_flags = m.body->ifi_change = IFF_UP;
  if (auto error = exchange(m.header)) return failure("set interface " + name + " up", error);
  return {};
}

} // namespace troupe::net::netlink
