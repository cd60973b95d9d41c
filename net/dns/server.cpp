#include "net/dns/server.hpp"
#include "net/dns/client_budget.hpp"
#include <algorithm>
#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <set>

namespace troupe::net::dns {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::ip::udp;
using boost::system::error_code;

struct server::core : std::enable_shared_from_this<core> {
  core(asio::io_context& context, const server_config& c, resolver r)
      : config(c), resolve(std::move(r)), socket(context), acceptor(context), pause(context),
        asking(c.client_in_flight_max), connected(c.client_connections_max) {}

  error_code open();
  void receive();
  void datagram(std::size_t size);
  void accept();
  void close();

  server_config config;
  resolver resolve;
  udp::socket socket;
  tcp::acceptor acceptor;
  asio::steady_timer pause;
  std::set<std::shared_ptr<connection>> connections;
  std::array<std::uint8_t, 4096> buffer;
  udp::endpoint from;
  std::size_t in_flight = 0;
  client_budget asking, connected;
  bool closed = false;
};

/// One client over TCP: question after question (RFC 7766), each answered before the next is read.
class server::connection : public std::enable_shared_from_this<connection> {
public:
  connection(std::shared_ptr<core> c, tcp::socket s, std::uint32_t client)
      : core_(std::move(c)), socket_(std::move(s)), timer_(socket_.get_executor()), client_(client) {}
  ~connection() { core_->connected.give(client_); }
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  void read() {
    timer_.expires_after(core_->config.idle);
    timer_.async_wait([self = shared_from_this()](error_code e) {
      if (!e) self->close();
    });
    asio::async_read(socket_, asio::buffer(head_), [self = shared_from_this()](error_code e, std::size_t) {
      if (e) return self->close();
      self->bytes_.resize(static_cast<std::size_t>(self->head_[0] << 8 | self->head_[1]));
      asio::async_read(self->socket_, asio::buffer(self->bytes_),
                       [self](error_code failed, std::size_t) { failed ? self->close() : self->answer(); });
    });
  }
  void close() {
    error_code ignored;
    timer_.cancel();
    socket_.close(ignored);
    core_->connections.erase(shared_from_this());
  }

private:
  void answer() {
    auto asked = decode(bytes_);
    if (!asked || asked->response) return close();
    if (auto bad = refusal(*asked)) return write(reply_to(*asked, *bad));
    core_->resolve(*asked, true, [self = shared_from_this()](message m) { self->write(m); });
  }
  void write(const message& m) {
    auto body = encode(m);
    bytes_ = {static_cast<std::uint8_t>(body.size() >> 8), static_cast<std::uint8_t>(body.size() & 255)};
    bytes_.insert(bytes_.end(), body.begin(), body.end());
    if (!socket_.is_open()) return;
    asio::async_write(socket_, asio::buffer(bytes_),
                      [self = shared_from_this()](error_code e, std::size_t) { e ? self->close() : self->read(); });
  }

  std::shared_ptr<core> core_;
  tcp::socket socket_;
  asio::steady_timer timer_;
  std::uint32_t client_; ///< its share of the connections is taken
  std::array<std::uint8_t, 2> head_;
  std::vector<std::uint8_t> bytes_;
};

std::optional<rcode> refusal(const message& asked) {
  if (asked.opcode != 0) return rcode::not_implemented;
  if (asked.questions.size() != 1) return rcode::format_error;
  if (asked.questions[0].klass != 1) return rcode::refused;
  return std::nullopt;
}

std::size_t datagram_room(const message& asked) {
  return std::clamp<std::size_t>(asked.udp_size.value_or(512), 512, 1232);
}

error_code server::core::open() {
  error_code e;
  auto address = asio::ip::address_v4(config.address);
  socket.open(udp::v4(), e);
  if (!e) socket.bind({address, config.port}, e);
  if (!e) socket.non_blocking(true, e); // An answer that finds no room is lost, as on the way.
  if (e) return e;
  auto port = socket.local_endpoint().port();
  acceptor.open(tcp::v4(), e);
  if (!e) acceptor.set_option(tcp::acceptor::reuse_address(true), e);
  if (!e) acceptor.bind({address, port}, e);
  if (!e) acceptor.listen(asio::socket_base::max_listen_connections, e);
  return e;
}

void server::core::receive() {
  socket.async_receive_from(asio::buffer(buffer), from, [self = shared_from_this()](error_code e, std::size_t n) {
    if (self->closed) return;
    if (!e) self->datagram(n);
    self->receive(); // An error here is an earlier datagram that came back.
  });
}

void server::core::datagram(std::size_t size) {
  auto asked = decode({buffer.data(), size});
  if (!asked || asked->response) return; // Nobody to answer safely: it may be forged, or an answer itself.
  auto reply = [self = shared_from_this(), to = from, room = datagram_room(*asked)](const message& m) {
    if (self->closed) return;
    error_code ignored;
    self->socket.send_to(asio::buffer(encode(m, room)), to, 0, ignored);
  };
  if (auto bad = refusal(*asked)) return reply(reply_to(*asked, *bad));
  if (in_flight >= config.in_flight_max) return;
  auto client = from.address().to_v4().to_uint();
  if (!asking.take(client)) return reply(reply_to(*asked, rcode::refused));
  ++in_flight;
  resolve(*asked, false, [self = shared_from_this(), reply, client](message m) {
    --self->in_flight;
    self->asking.give(client);
    reply(m);
  });
}

void server::core::accept() {
  acceptor.async_accept([self = shared_from_this()](error_code e, tcp::socket s) {
    if (self->closed) return;
    error_code gone;
    auto peer = e ? tcp::endpoint() : s.remote_endpoint(gone);
    auto client = !e && !gone ? peer.address().to_v4().to_uint() : 0;
    bool room = !e && !gone && self->connections.size() < self->config.connections_max;
    if (room && self->connected.take(client)) {
      auto c = std::make_shared<connection>(self, std::move(s), client);
      self->connections.insert(c);
      c->read();
    }
    if (!e) return self->accept();
    // Out of descriptors, as a rule: try again a little later.
    self->pause.expires_after(std::chrono::milliseconds(100));
    self->pause.async_wait([self](error_code stopped) {
      if (!stopped && !self->closed) self->accept();
    });
  });
}

void server::core::close() {
  closed = true;
  error_code ignored;
  socket.close(ignored);
  acceptor.close(ignored);
  pause.cancel();
  auto all = std::move(connections);
  connections.clear();
  for (auto& c : all)
    c->close();
}

server::server(std::shared_ptr<core> c) : core_(std::move(c)) {}
server::server(server&&) noexcept = default;
server& server::operator=(server&& other) noexcept {
  std::swap(core_, other.core_);
  return *this;
}
server::~server() {
  if (core_) core_->close();
}
std::uint16_t server::port() const { return core_->acceptor.local_endpoint().port(); }

tl::expected<server, std::string> server::listen(asio::io_context& context, const server_config& config,
                                                 resolver resolve) {
  // A free port is chosen for datagrams; for streams it may be taken, and then another one is tried.
  constexpr int tries = 32;
  auto c = std::make_shared<core>(context, config, resolve);
  auto e = c->open();
  for (int i = 1; i < tries && config.port == 0 && e == asio::error::address_in_use; ++i) {
    c = std::make_shared<core>(context, config, resolve);
    e = c->open();
  }
  if (e) return tl::unexpected("cannot listen: " + e.message());
  c->receive();
  c->accept();
  return server(std::move(c));
}

} // namespace troupe::net::dns
