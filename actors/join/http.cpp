#include "actors/join/http.hpp"
#include "actors/apiserver/render.hpp"
#include "net/http/target.hpp"

namespace troupe::actors::join {

namespace {

constexpr std::size_t body_max = 64 * 1024;

} // namespace

api::result<question> question_of(apiserver::http_exchange& x, const apiserver::user& who) {
  if (x.request.body.size() > body_max)
    return api::failure(api::request_entity_too_large("the request is larger than 64 KiB"));
  auto path = net::http::percent_decode(x.request.path);
  if (!path || !path->starts_with(apiserver::extension_prefix))
    return api::failure(api::bad_request("invalid URL escape in path"));
  question q;
  q.method = x.request.method;
  q.path = path->substr(apiserver::extension_prefix.size());
  q.body = std::move(x.request.body);
  q.who = who;
  if (auto& peer = x.request.peer) {
    q.address = peer->address;
    auto& c = peer->certificate;
    if (c.presented && c.verified)
      q.node = policies::cluster::identity_of({c.common_name, c.organizations, c.dns_names});
  }
  return q;
}

void respond(const apiserver::http_exchange& x, const answer& a) {
  auto fields = apiserver::answer_headers("application/json");
  fields.set("Cache-Control", "no-store"); // Answers may carry keys.
  if (a.code == 429 || a.code == 503) fields.set("Retry-After", "5");
  x.responder.respond(a.code, std::move(fields), a.body);
}

} // namespace troupe::actors::join
