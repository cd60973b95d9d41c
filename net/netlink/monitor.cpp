#include "net/netlink/monitor.hpp"
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace troupe::net::netlink {

tl::expected<std::unique_ptr<monitor>, std::string> monitor::start(std::function<void()> changed) {
  auto fail = [](int a, int b) {
    auto error = std::string("watch the network: ") + std::strerror(errno);
    if (a >= 0) ::close(a);
    if (b >= 0) ::close(b);
    return tl::unexpected(std::move(error));
  };
  int s = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
  if (s < 0) return fail(-1, -1);
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE;
  if (::bind(s, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return fail(s, -1);
  int stop = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (stop < 0) return fail(s, -1);
  return std::unique_ptr<monitor>(new monitor(s, stop, std::move(changed)));
}

monitor::monitor(int socket, int stop, std::function<void()> changed)
  : socket_(socket), stop_(stop), changed_(std::move(changed)), thread_([this] { run(); }) {}

monitor::~monitor() {
  std::uint64_t one = 1;
  while (::write(stop_, &one, sizeof one) < 0 && errno == EINTR) {}
  thread_.join();
  ::close(socket_);
  ::close(stop_);
}

void monitor::run() {
  std::array<char, 16384> buffer;
  while (true) {
    std::array<pollfd, 2> wait{pollfd{socket_, POLLIN, 0}, pollfd{stop_, POLLIN, 0}};
    if (::poll(wait.data(), wait.size(), -1) < 0 && errno != EINTR) return;
    if (wait[1].revents != 0) return;
    if (wait[0].revents == 0) continue;
    // An overrun (ENOBUFS) is word of changes as well.
    while (::recv(socket_, buffer.data(), buffer.size(), 0) > 0) {}
    changed_();
  }
}

} // namespace troupe::net::netlink
