#include "net/netlink/address.hpp"
#include "net/netlink/request.hpp"
#include <arpa/inet.h>
#include <cerrno>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

namespace troupe::net::netlink {

tl::expected<std::vector<address>, std::string> addresses() {
  request<ifaddrmsg> m(RTM_GETADDR, NLM_F_DUMP);
  m.body->ifa_family = AF_INET;
  std::vector<address> out;
  auto error = exchange(m.header, [&](const nlmsghdr* h) {
    auto* info = static_cast<const ifaddrmsg*>(mnl_nlmsg_get_payload(h));
    address a{info->ifa_index, 0, info->ifa_prefixlen};
    for_attributes(h, sizeof *info, [&](const nlattr* at) {
      // IFA_ADDRESS is the other end's where the link is point-to-point.
      if (mnl_attr_get_type(at) == IFA_LOCAL) a.ip = ntohl(mnl_attr_get_u32(at));
    });
    if (a.ip != 0) out.push_back(a);
  });
  if (error != 0) return failure("list of the addresses", error);
  return out;
}

tl::expected<void, std::string> add_address(const std::string& device, std::uint32_t ip, int bits) {
  request<ifaddrmsg> m(RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
  m.body->ifa_family = AF_INET;
  m.body->ifa_prefixlen = static_cast<std::uint8_t>(bits);
  m.body->ifa_scope = RT_SCOPE_UNIVERSE;
  m.body->ifa_index = if_nametoindex(device.c_str());
  if (m.body->ifa_index == 0) return failure("interface " + device, errno);
  mnl_attr_put_u32(m.header, IFA_LOCAL, htonl(ip));
  mnl_attr_put_u32(m.header, IFA_ADDRESS, htonl(ip));
  auto error = exchange(m.header);
  if (error != 0 && error != EEXIST) return failure("give an address to interface " + device, error);
  return {};
}

} // namespace troupe::net::netlink
