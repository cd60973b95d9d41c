#include "tests/net/http/loopback.hpp"
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <thread>
#include <unistd.h>

namespace troupe::net::http {

const identities& identities::get() {
  static const identities made = [] {
    const auto random = certificates::system_random();
    const certificates::validity when{std::chrono::system_clock::now()};
    auto ca = certificates::make_authority("test-ca", when, random).value();
    auto other = certificates::make_authority("other-ca", when, random).value();
    const certificates::certificate_request server{
        .common_name = "server", .dns_names = {"localhost"}, .ip_addresses = {"127.0.0.1"}, .server = true};
    const certificates::certificate_request user{
        .common_name = "alice", .organizations = {"devs", "system:masters"}, .client = true};
    return identities{ca, certificates::issue(ca, server, when, random).value(),
                      certificates::issue(ca, user, when, random).value(),
                      certificates::issue(other, user, when, random).value()};
  }();
  return made;
}

tls::server_options identities::server_options() const {
  tls::server_options options;
  options.certificate_pem = server.certificate_pem;
  options.key_pem = server.key.private_pem();
  options.client_ca_pem = ca.certificate_pem;
  return options;
}

tls::client_options identities::client_options() const {
  tls::client_options options;
  options.ca_pem = ca.certificate_pem;
  return options;
}

loopback::loopback(http::server::handler handler, bool secure, http::limits limits)
    : io(loop::start("test")), tls(secure) {
  server_config config;
  config.limits = limits;
  if (secure) config.tls = tls::context::server(identities::get().server_options()).value();
  server = http::server::start(std::move(config), std::move(handler)).value();
}

loopback::~loopback() {
  io->stop();
  server->stop();
}

std::shared_ptr<http::client> loopback::client(std::size_t connections_max) {
  client_config config;
  config.host = "127.0.0.1";
  config.port = server->port();
  config.connections_max = connections_max;
  if (tls) config.tls = tls::context::client(identities::get().client_options()).value();
  return http::client::make(io, std::move(config));
}

std::string loopback::url(std::string_view target) const {
  return fmt::format("{}://127.0.0.1:{}{}", tls ? "https" : "http", server->port(), target);
}

raw_peer::raw_peer(std::uint16_t port, int receive_buffer) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (receive_buffer > 0) ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
}

raw_peer::~raw_peer() { ::close(fd_); }

bool raw_peer::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

std::string raw_peer::read(std::string_view until, std::chrono::milliseconds limit) {
  std::string got;
  const auto end = clock::now() + limit;
  while (until.empty() || got.find(until) == std::string::npos) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - clock::now()).count();
    pollfd ready{fd_, POLLIN, 0};
    if (left <= 0 || ::poll(&ready, 1, static_cast<int>(left)) <= 0) break;
    char buffer[16384];
    const auto n = ::recv(fd_, buffer, sizeof buffer, 0);
    if (n <= 0) {
      ended_ = true;
      break;
    }
    got.append(buffer, static_cast<std::size_t>(n));
  }
  return got;
}

void raw_peer::finish_sending() { ::shutdown(fd_, SHUT_WR); }

std::string raw_peer::ask(std::uint16_t port, std::string_view bytes) {
  raw_peer peer(port);
  peer.send(bytes);
  return peer.read();
}

void flag::set() {
  const std::lock_guard lock(mutex_);
  set_ = true;
  changed_.notify_all();
}

bool flag::wait(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, limit, [&] { return set_; });
}

bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds limit) {
  const auto end = clock::now() + limit;
  while (!condition()) {
    if (clock::now() > end) return false;
    std::this_thread::yield();
    ::poll(nullptr, 0, 1);
  }
  return true;
}

} // namespace troupe::net::http
