#include "tools/troupe/api_server.hpp"
#include "actors/base/probe.hpp"
#include "policies/api/status.hpp"
#include <array>
#include <fmt/format.h>
#include <map>

namespace troupe::tools {

namespace {

net::http::error_body describe_error(int code, std::string_view message) {
  api::status s;
  switch (code) {
    case 400: s = api::bad_request(std::string(message)); break;
    case 413:
      s = api::request_entity_too_large({});
      s.message = message; // The server says it in full.
      break;
    case 429: s = api::too_many_requests(std::string(message)); break;
    case 503: s = api::service_unavailable(std::string(message)); break;
    default:
      s.code = code;
      s.message = message;
  }
  return {"application/json", api::json::serialize(s.document())};
}

} // namespace

tl::expected<std::unique_ptr<net::http::server>, std::string>
serve_api(const actors::cluster::cluster_config& config, const pki& keys,
          std::shared_ptr<actors::apiserver::entrance> door) {
  net::tls::server_options tls;
  tls.certificate_pem = keys.server.certificate_pem;
  tls.key_pem = keys.server.key.private_pem();
  tls.client_ca_pem = keys.authority.certificate_pem;
  auto context = net::tls::context::server(tls);
  if (!context) return tl::make_unexpected(context.error());
  net::http::server_config c;
  c.address = config.api_address;
  c.port = config.api_port;
  c.tls = std::move(*context);
  c.describe_error = describe_error;
  return net::http::server::start(std::move(c), [door](net::http::request r, net::http::responder to) {
    door->accept(std::make_shared<actors::apiserver::http_exchange>(
        actors::apiserver::http_exchange{std::move(r), std::move(to)}));
  });
}

std::string metrics_text(const net::http::server& server) {
  auto m = server.metrics();
  std::string out;
  auto counter = [&](std::string_view name, std::string_view help, std::string_view type, std::uint64_t value) {
    out += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n{0} {3}\n", name, help, type, value);
  };
  counter("troupe_http_connections", "Open connections.", "gauge", m.connections);
  counter("troupe_http_requests_in_flight", "Requests without a complete answer.", "gauge", m.requests_in_flight);
  counter("troupe_http_requests_total", "Requests received.", "counter", m.requests);
  counter("troupe_http_bad_requests_total", "Requests refused before they reached the API.", "counter", m.bad_requests);
  counter("troupe_http_slow_streams_closed_total", "Watches closed because their client did not read.", "counter",
          m.slow_streams_closed);
  counter("troupe_http_received_bytes_total", "Bytes read from clients.", "counter", m.bytes_in);
  counter("troupe_http_sent_bytes_total", "Bytes written to clients.", "counter", m.bytes_out);
  auto rows = actors::probe_table::instance().rows();
  std::map<std::string, std::array<std::uint64_t, 4>> by_name;
  for (auto& r : rows) {
    auto& sums = by_name[r.name];
    sums[0] += 1;
    sums[1] += r.mailbox_depth;
    sums[2] += r.handled;
    sums[3] += r.busy_ns;
  }
  constexpr std::array<std::array<std::string_view, 3>, 4> families{{
    {"troupe_actors", "gauge", "Living actors."},
    {"troupe_actor_mailbox_messages", "gauge", "Messages that wait."},
    {"troupe_actor_messages_total", "counter", "Messages handled by living actors."},
    {"troupe_actor_busy_nanoseconds_total", "counter", "Time in handlers of living actors."}}};
  for (std::size_t i = 0; i < families.size(); ++i) {
    out += fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n", families[i][0], families[i][1], families[i][2]);
    for (auto& [name, sums] : by_name) out += fmt::format("{}{{actor=\"{}\"}} {}\n", families[i][0], name, sums[i]);
  }
  return out;
}

} // namespace troupe::tools
