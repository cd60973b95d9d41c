#include "net/netlink/neighbour.hpp"
#include "net/netlink/request.hpp"
#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

namespace troupe::net::netlink {

namespace {

using outcome = tl::expected<void, std::string>;

struct entry {
  std::uint32_t ip = 0;
  hardware_address hardware{};
};

tl::expected<std::vector<entry>, std::string> dump(const std::string& device, std::uint8_t family) {
  auto index = if_nametoindex(device.c_str());
  if (index == 0) return failure("interface " + device, errno);
  request<ndmsg> m(RTM_GETNEIGH, NLM_F_DUMP);
  m.body->ndm_family = family;
  if (family == AF_INET) mnl_attr_put_u32(m.header, NDA_IFINDEX, index);
  std::vector<entry> out;
  auto error = exchange(m.header, [&](const nlmsghdr* h) {
    auto* info = static_cast<const ndmsg*>(mnl_nlmsg_get_payload(h));
    if (static_cast<unsigned>(info->ndm_ifindex) != index || info->ndm_family != family ||
        (info->ndm_state & NUD_PERMANENT) == 0)
      return;
    entry e;
    for_attributes(h, sizeof *info, [&](const nlattr* a) {
      if (mnl_attr_get_type(a) == NDA_DST && mnl_attr_get_payload_len(a) == 4) e.ip = ntohl(mnl_attr_get_u32(a));
      if (mnl_attr_get_type(a) == NDA_LLADDR && mnl_attr_get_payload_len(a) == e.hardware.size())
        std::memcpy(e.hardware.data(), mnl_attr_get_payload(a), e.hardware.size());
    });
    out.push_back(e);
  });
  if (error != 0) return failure("list of the neighbours of " + device, error);
  return out;
}

struct change {
  std::uint16_t type;
  int flags;
  std::uint8_t family;
  std::uint32_t ip;
  const hardware_address* hardware; ///< null: whichever
};

/// 0, or the error's number.
int carry_out(const std::string& device, const change& c) {
  auto index = if_nametoindex(device.c_str());
  if (index == 0) return errno;
  request<ndmsg> m(c.type, NLM_F_ACK | c.flags);
  m.body->ndm_family = c.family;
  m.body->ndm_ifindex = static_cast<int>(index);
  m.body->ndm_state = NUD_PERMANENT;
  if (c.family == AF_BRIDGE) m.body->ndm_flags = NTF_SELF;
  if (c.ip != 0) mnl_attr_put_u32(m.header, NDA_DST, htonl(c.ip));
  if (c.hardware) mnl_attr_put(m.header, NDA_LLADDR, c.hardware->size(), c.hardware->data());
  return exchange(m.header);
}

bool nothing_there(int error) { return error == ENOENT || error == ENODEV || error == ENXIO; }

} // namespace

tl::expected<std::vector<neighbour>, std::string> neighbours(const std::string& device) {
  return dump(device, AF_INET).map([](const std::vector<entry>& all) {
    std::vector<neighbour> out;
    for (auto& e : all) out.push_back({e.ip, e.hardware});
    return out;
  });
}

outcome put_neighbour(const std::string& device, const neighbour& n) {
  if (auto error = carry_out(device, {RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, AF_INET, n.ip, &n.hardware}))
    return failure("add neighbour of " + device, error);
  return {};
}

outcome remove_neighbour(const std::string& device, std::uint32_t ip) {
  auto error = carry_out(device, {RTM_DELNEIGH, 0, AF_INET, ip, nullptr});
  if (error != 0 && !nothing_there(error)) return failure("remove neighbour of " + device, error);
  return {};
}

tl::expected<std::vector<forwarding>, std::string> forwardings(const std::string& device) {
  return dump(device, AF_BRIDGE).map([](const std::vector<entry>& all) {
    std::vector<forwarding> out;
    for (auto& e : all) out.push_back({e.hardware, e.ip});
    return out;
  });
}

outcome put_forwarding(const std::string& device, const forwarding& f) {
  if (auto error = carry_out(device, {RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, AF_BRIDGE, f.ip, &f.hardware}))
    return failure("add forwarding entry of " + device, error);
  return {};
}

outcome remove_forwarding(const std::string& device, const forwarding& f) {
  auto error = carry_out(device, {RTM_DELNEIGH, 0, AF_BRIDGE, f.ip, &f.hardware});
  if (error != 0 && !nothing_there(error)) return failure("remove forwarding entry of " + device, error);
  return {};
}

} // namespace troupe::net::netlink
