#include "net/dns/loopback_address.hpp"
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <memory>
#include <net/if.h>

namespace troupe::net::dns {

namespace {

struct closer {
  void operator()(mnl_socket* s) const { mnl_socket_close(s); }
};

/// 0, or the error number.
int change_address(std::uint16_t type, std::uint16_t flags, std::uint32_t address) {
  alignas(nlmsghdr) std::array<char, 512> buffer{};
  auto* header = mnl_nlmsg_put_header(buffer.data());
  header->nlmsg_type = type;
  header->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | NLM_F_ACK | flags);
  header->nlmsg_seq = 1;
  auto* info = static_cast<ifaddrmsg*>(mnl_nlmsg_put_extra_header(header, sizeof(ifaddrmsg)));
  info->ifa_family = AF_INET;
  info->ifa_prefixlen = 32;
  info->ifa_scope = RT_SCOPE_HOST;
  info->ifa_index = if_nametoindex("lo");
  mnl_attr_put_u32(header, IFA_LOCAL, htonl(address));
  mnl_attr_put_u32(header, IFA_ADDRESS, htonl(address));
  std::unique_ptr<mnl_socket, closer> s(mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC));
  if (!s || mnl_socket_bind(s.get(), 0, MNL_SOCKET_AUTOPID) < 0) return errno;
  if (mnl_socket_sendto(s.get(), header, header->nlmsg_len) < 0) return errno;
  std::array<char, 8192> in;
  auto n = mnl_socket_recvfrom(s.get(), in.data(), in.size());
  if (n < 0) return errno;
  return mnl_cb_run(in.data(), static_cast<std::size_t>(n), 1, mnl_socket_get_portid(s.get()), nullptr, nullptr) < 0
             ? errno
             : 0;
}

} // namespace

tl::expected<void, std::string> add_loopback_address(std::uint32_t address) {
  auto error = change_address(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, address);
  if (error == 0 || error == EEXIST) return {};
  return tl::unexpected(std::string("cannot add the address: ") + std::strerror(error));
}

tl::expected<void, std::string> remove_loopback_address(std::uint32_t address) {
  auto error = change_address(RTM_DELADDR, 0, address);
  if (error == 0 || error == EADDRNOTAVAIL) return {};
  return tl::unexpected(std::string("cannot remove the address: ") + std::strerror(error));
}

} // namespace troupe::net::dns
