#include "net/netlink/request.hpp"
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <linux/rtnetlink.h>
#include <memory>

namespace troupe::net::netlink {

namespace {

struct closer {
  void operator()(mnl_socket* s) const { mnl_socket_close(s); }
};
using socket_ptr = std::unique_ptr<mnl_socket, closer>;

int give_message(const nlmsghdr* message, void* data) {
  auto& each = *static_cast<const std::function<void(const nlmsghdr*)>*>(data);
  if (each) each(message);
  return MNL_CB_OK;
}

int give_attribute(const nlattr* attribute, void* data) {
  (*static_cast<const std::function<void(const nlattr*)>*>(data))(attribute);
  return MNL_CB_OK;
}

} // namespace

int exchange(nlmsghdr* header, const std::function<void(const nlmsghdr*)>& on_message) {
  socket_ptr s(mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC));
  if (!s || mnl_socket_bind(s.get(), 0, MNL_SOCKET_AUTOPID) < 0) return errno;
  auto port = mnl_socket_get_portid(s.get());
  if (mnl_socket_sendto(s.get(), header, header->nlmsg_len) < 0) return errno;
  std::array<char, 32768> in;
  while (true) {
    auto n = mnl_socket_recvfrom(s.get(), in.data(), in.size());
    if (n < 0) return errno;
    auto state = mnl_cb_run(in.data(), static_cast<std::size_t>(n), 1, port, give_message,
                            const_cast<std::function<void(const nlmsghdr*)>*>(&on_message));
    if (state < 0) return errno;
    if (state == 0) return 0;
  }
}

tl::unexpected<std::string> failure(std::string_view what, int error) {
  return tl::unexpected(fmt::format("{}: {}", what, std::strerror(error)));
}

void for_attributes(const nlmsghdr* message, std::size_t body_size, const std::function<void(const nlattr*)>& each) {
  mnl_attr_parse(message, static_cast<unsigned>(body_size), give_attribute,
                 const_cast<std::function<void(const nlattr*)>*>(&each));
}

void for_attributes(const nlattr* nest, const std::function<void(const nlattr*)>& each) {
  mnl_attr_parse_nested(nest, give_attribute, const_cast<std::function<void(const nlattr*)>*>(&each));
}

} // namespace troupe::net::netlink
