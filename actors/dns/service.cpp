#include "actors/dns/service.hpp"
#include "actors/dns/answer.hpp"
#include "net/dns/loopback_address.hpp"
#include <sstream>

namespace troupe::actors::dns {

namespace wire = net::dns;
using policies::services::dns_outcome;

std::vector<std::uint32_t> upstreams_of(std::string_view resolv_conf, std::uint32_t except) {
  std::vector<std::uint32_t> out;
  std::istringstream lines{std::string(resolv_conf)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string key, value;
    if (!(words >> key >> value) || key != "nameserver") continue;
    if (auto a = policies::services::parse_ipv4(value); a && *a != except) out.push_back(*a);
  }
  return out;
}

service::service(const service_config& config, std::uint64_t seed)
    : guard_(context_.get_executor()),
      forwarder_(context_, wire::forwarder_config{.upstreams = config.upstreams, .port = config.upstream_port}, seed) {}

tl::expected<std::unique_ptr<service>, std::string> service::start(const service_config& config, std::uint64_t seed) {
  if (config.own_address)
    if (auto done = wire::add_loopback_address(config.address); !done) return tl::unexpected(done.error());
  std::unique_ptr<service> out(new service(config, seed));
  auto server = wire::server::listen(out->context_, {.address = config.address, .port = config.port},
                                     [raw = out.get()](const wire::message& asked, bool stream, reply done) {
                                       raw->resolve(asked, stream, std::move(done));
                                     });
  if (!server) return tl::unexpected(server.error());
  out->server_ = std::move(*server);
  out->thread_ = std::thread([raw = out.get()] { raw->context_.run(); });
  return out;
}

service::~service() {
  context_.stop();
  if (thread_.joinable()) thread_.join();
}

void service::resolve(const wire::message& asked, bool stream, reply done) {
  auto index = index_.load();
  auto& q = asked.questions[0];
  // Not yet synced: a wrong "no such name" would be kept by clients.
  if (!index) return done(wire::reply_to(asked, wire::rcode::server_failure));
  auto answer = policies::services::answer_dns(*index, q.name, static_cast<std::uint16_t>(q.kind));
  if (answer.outcome == dns_outcome::outside) return forward(asked, stream, std::move(done));
  auto out = to_message(asked, answer, index->domain);
  if (answer.follow.empty()) return done(std::move(out));
  follow(std::move(out), asked, answer.follow, stream, std::move(done));
}

void service::forward(const wire::message& asked, bool stream, reply done) {
  if (!asked.recursion_desired) return done(wire::reply_to(asked, wire::rcode::refused));
  forwarder_.ask(asked.questions[0], stream, [asked, done = std::move(done)](std::optional<wire::message> found) {
    auto out = wire::reply_to(asked, found ? found->code : wire::rcode::server_failure);
    if (found) {
      out.truncated = found->truncated;
      out.answers = std::move(found->answers);
      out.authorities = std::move(found->authorities);
      out.additionals = std::move(found->additionals);
    }
    done(std::move(out));
  });
}

void service::follow(wire::message so_far, const wire::message& asked, const std::string& name, bool stream,
                     reply done) {
  auto next = asked;
  next.questions[0].name = name;
  auto join = [so_far = std::move(so_far), done = std::move(done)](wire::message found) mutable {
    so_far.truncated = found.truncated;
    so_far.answers.insert(so_far.answers.end(), found.answers.begin(), found.answers.end());
    done(std::move(so_far));
  };
  auto index = index_.load();
  auto inner = policies::services::answer_dns(*index, name, static_cast<std::uint16_t>(next.questions[0].kind));
  if (inner.outcome == dns_outcome::outside)
    forward(next, stream, std::move(join));
  else // A name of the cluster that leads to a third one is left to the client, so that no circle is followed.
    join(to_message(next, inner, index->domain));
}

} // namespace troupe::actors::dns
