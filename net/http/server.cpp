#include "net/http/server.hpp"
#include "net/http/listener.hpp"
#include "net/http/negotiation.hpp"

namespace troupe::net::http {

struct server::impl {
  std::shared_ptr<server_core> core = std::make_shared<server_core>();
  std::unique_ptr<listener> door;
};

tl::expected<std::unique_ptr<server>, std::string> server::start(server_config config, handler on_request) {
  auto made = std::make_unique<impl>();
  auto core = made->core;
  core->config = std::move(config);
  core->on_request = std::move(on_request);
  const auto& given = core->config;
  listener_config where;
  where.address = given.address;
  where.port = given.port;
  where.tls = given.tls;
  where.threads = given.threads;
  where.connections_max = given.limits.connections_max;
  where.handshake_timeout = given.limits.handshake_timeout;
  where.write_timeout = given.limits.write_timeout;
  auto door = listener::start(where, [core](connection& link) { return std::make_unique<negotiation>(link, core); });
  if (!door) return tl::unexpected(door.error());
  made->door = std::move(*door);
  return std::unique_ptr<server>(new server(std::move(made)));
}

server::server(std::unique_ptr<impl> made) : impl_(std::move(made)) {}
server::~server() { stop(); }

std::uint16_t server::port() const noexcept { return impl_->door->port(); }

void server::use(tls::context context) { impl_->door->use(std::move(context)); }

server_metrics server::metrics() const noexcept {
  const auto& from = impl_->core->counters;
  const auto& door = *impl_->door;
  server_metrics now;
  now.connections = door.counts().connections;
  now.accepted = door.counts().accepted;
  now.refused = door.counts().refused;
  now.bytes_in = door.wire().in;
  now.bytes_out = door.wire().out;
  now.requests_in_flight = from.requests_in_flight;
  now.buffered_bytes = from.buffered_bytes;
  now.handshake_failures = from.handshake_failures;
  now.requests = from.requests;
  now.bad_requests = from.bad_requests;
  now.timeouts = from.timeouts;
  now.slow_streams_closed = from.slow_streams_closed;
  return now;
}

bool server::drain(std::chrono::milliseconds deadline) {
  impl_->core->draining = true;
  return impl_->door->drain(deadline);
}

void server::stop() {
  impl_->core->draining = true;
  impl_->door->stop();
}

} // namespace troupe::net::http
