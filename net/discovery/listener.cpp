#include "net/discovery/listener.hpp"
#include "net/discovery/message.hpp"
#include <array>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstring>
#include <fmt/format.h>
#include <netinet/in.h>
#include <set>
#include <sys/socket.h>

namespace troupe::net::discovery {

namespace asio = boost::asio;
using asio::ip::udp;
using boost::system::error_code;

namespace {

constexpr auto look_again = std::chrono::seconds(10);

bool set(int fd, int name, const void* value, socklen_t size) {
  return setsockopt(fd, IPPROTO_IP, name, value, size) == 0;
}

} // namespace

struct listener::core : std::enable_shared_from_this<core> {
  core(asio::io_context& context, const group& g, handler h)
    : where(g), handle(std::move(h)), socket(context), timer(context) {}

  error_code open();
  void join();
  void receive();
  void answer(std::size_t size);
  void close();

  group where;
  handler handle;
  udp::socket socket;
  asio::steady_timer timer;
  std::set<unsigned> joined; ///< indexes of interfaces
  std::array<char, datagram_max + 1> buffer; ///< one byte more than what counts, so that more is noticed
  udp::endpoint from;
  bool closed = false;
};

error_code listener::core::open() {
  error_code e;
  socket.open(udp::v4(), e);
  if (!e) socket.set_option(udp::socket::reuse_address(true), e);
  // Bound to the group: what is sent to the port of this host alone does not arrive at all.
  if (!e) socket.bind({asio::ip::address_v4(where.address), where.port}, e);
  if (!e) socket.non_blocking(true, e);
  if (e) return e;
  // Answers stay on the network of the question too; groups of others' sockets are not heard.
  int one = 1, zero = 0;
  if (!set(socket.native_handle(), IP_TTL, &one, sizeof one) ||
      !set(socket.native_handle(), IP_MULTICAST_ALL, &zero, sizeof zero))
    return {errno, boost::system::system_category()};
  return {};
}

void listener::core::join() {
  auto found = where.interfaces.empty() ? multicast_interfaces() : where.interfaces;
  std::set<unsigned> now(found.begin(), found.end());
  // A member stays one while its interface is down, and none when it is gone for good.
  std::erase_if(joined, [&](unsigned each) { return !now.contains(each); });
  for (auto index : found) {
    if (joined.contains(index)) continue;
    ip_mreqn request{};
    request.imr_multiaddr.s_addr = htonl(where.address);
    request.imr_ifindex = static_cast<int>(index);
    if (set(socket.native_handle(), IP_ADD_MEMBERSHIP, &request, sizeof request) || errno == EADDRINUSE)
      joined.insert(index);
  }
  timer.expires_after(look_again);
  timer.async_wait([self = shared_from_this()](error_code e) {
    if (!e && !self->closed) self->join();
  });
}

void listener::core::receive() {
  socket.async_receive_from(asio::buffer(buffer), from, [self = shared_from_this()](error_code e, std::size_t n) {
    if (self->closed) return;
    if (!e) self->answer(n);
    self->receive(); // An error here is an earlier answer that came back.
  });
}

void listener::core::answer(std::size_t size) {
  if (size > datagram_max) return;
  auto reply = handle({buffer.data(), size}, from.address().to_string(), std::chrono::steady_clock::now());
  error_code ignored; // An answer that finds no room is lost, as on the way: the question is repeated.
  if (reply) socket.send_to(asio::buffer(*reply), from, 0, ignored);
}

void listener::core::close() {
  closed = true;
  error_code ignored;
  socket.close(ignored);
  timer.cancel();
}

listener::listener(std::shared_ptr<core> c) : core_(std::move(c)) {}
listener::listener(listener&&) noexcept = default;
listener& listener::operator=(listener&& other) noexcept {
  std::swap(core_, other.core_);
  return *this;
}
listener::~listener() {
  if (core_) core_->close();
}
std::uint16_t listener::port() const { return core_->socket.local_endpoint().port(); }

tl::expected<listener, std::string> listener::open(asio::io_context& context, const group& where, handler handle) {
  auto c = std::make_shared<core>(context, where, std::move(handle));
  if (auto e = c->open(); e)
    return tl::make_unexpected(fmt::format("listen for discovery on {} port {} (UDP): {}",
                                           asio::ip::address_v4(where.address).to_string(), where.port, e.message()));
  c->join();
  c->receive();
  return listener(std::move(c));
}

} // namespace troupe::net::discovery
