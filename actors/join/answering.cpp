#include "actors/join/answering.hpp"
#include <spdlog/spdlog.h>

namespace troupe::actors::join {

namespace {

namespace discovery = net::discovery;
using verdict = policies::joining::query_limit::verdict;

const char* text_of(discovery::fault f) {
  switch (f) {
  case discovery::fault::forged: return "it was made with another secret";
  case discovery::fault::other_version: return "it is of another version";
  default: return "it has no sense";
  }
}

} // namespace

answerer::answerer(discovery::keys keys, std::string ca, std::string cluster)
  : keys_(std::move(keys)), ca_(std::move(ca)), cluster_(std::move(cluster)) {}

void answerer::publish(std::vector<std::string> addresses) {
  addresses_.store(std::make_shared<const std::vector<std::string>>(std::move(addresses)));
}

std::optional<std::string> answerer::answer(std::string_view datagram, const std::string& from,
                                            policies::queueing::instant now) {
  auto nonce = discovery::read_query(datagram, keys_.query);
  if (!nonce) {
    refused(nonce.error(), from, now);
    return std::nullopt;
  }
  auto where = addresses_.load();
  if (!where || where->empty()) return std::nullopt; // Not held against the query, which is made again.
  switch (limit_.judge({reinterpret_cast<const char*>(nonce->data()), nonce->size()}, now)) {
  case verdict::repeated: ++seen_.repeated; return std::nullopt;
  case verdict::too_many: ++seen_.too_many; return std::nullopt;
  case verdict::answer: break;
  }
  ++seen_.answered;
  return discovery::encode_answer(*nonce, {ca_, cluster_, *where}, keys_.answer);
}

void answerer::refused(discovery::fault why, const std::string& from, policies::queueing::instant now) {
  ++seen_.refused;
  if (log_.try_take(now))
    spdlog::warn("beacon: query_refused from={} why=\"{}\" refused={} repeated={} too_many={}", from, text_of(why),
                 seen_.refused, seen_.repeated, seen_.too_many);
}

answering::answering(discovery::keys keys, std::string ca, std::string cluster)
  : who_(std::move(keys), std::move(ca), std::move(cluster)), guard_(context_.get_executor()) {}

tl::expected<std::unique_ptr<answering>, std::string>
answering::start(discovery::keys keys, std::string ca, std::string cluster, const discovery::group& where) {
  std::unique_ptr<answering> out(new answering(std::move(keys), std::move(ca), std::move(cluster)));
  auto heard = discovery::listener::open(
    out->context_, where, [raw = out.get()](std::string_view datagram, const std::string& from, auto now) {
      return raw->who_.answer(datagram, from, now);
    });
  if (!heard) return tl::make_unexpected(heard.error());
  out->listener_.emplace(std::move(*heard));
  out->thread_ = std::thread([raw = out.get()] { raw->context_.run(); });
  return out;
}

answering::~answering() {
  context_.stop();
  if (thread_.joinable()) thread_.join();
}

} // namespace troupe::actors::join
