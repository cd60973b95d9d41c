#include "actors/join/registrar.hpp"
#include "policies/joining/join_string.hpp"
#include <spdlog/spdlog.h>

namespace troupe::actors::join {

namespace {

namespace certificates = net::certificates;
namespace json = api::json;
namespace joining = policies::joining;

constexpr std::size_t id_length = 8, tokens_max = 1000;

} // namespace

void registrar_state::list_tokens(const job_ptr& j, const registry& all) {
  json::array items;
  for (auto& [id, token] : all.tokens)
    if (!joining::expired(token.value, now()) && token.value.uses_left != 0)
      items.push_back(joining::describe(token.value));
  j->done({200, json::serialize(json::object{{"items", std::move(items)}})});
}

void registrar_state::create_token(const job_ptr& j) {
  auto wish = joining::decode_token_wish(j->what.body);
  if (!wish) return j->done(refusal(api::bad_request(wish.error())));
  start(j, [this, w = std::move(*wish)](const job_ptr& same, const registry& all) { make_token(same, w, all); });
}

void registrar_state::make_token(const job_ptr& j, const joining::token_wish& wish, const registry& all) {
  store::mvcc::txn_request txn;
  std::size_t left = all.tokens.size();
  for (auto& [id, token] : all.tokens)
    if (joining::forgotten(token.value, now())) {
      erase(txn, joining::token_record_key(id), token.revision);
      --left;
    }
  if (left >= tokens_max)
    return j->done(refusal(api::too_many_requests("there are 1000 tokens: delete some with 'troupe token delete'", 0)));
  joining::join_string s;
  s.addresses = api_addresses(all.records(), config.node_id);
  auto ca = certificates::public_key_hash(config.authority.certificate_pem);
  if (s.addresses.empty() || !ca) return j->done(refusal(api::service_unavailable("the cluster is starting")));
  s.ca = std::move(*ca);
  s.id = certificates::random_name(random, id_length);
  s.secret = random_secret(random);
  auto token = new_token(s.id, s.secret, random);
  token.control_plane = wish.control_plane;
  token.worker = wish.worker;
  token.created = now();
  token.expires = wish.ttl_seconds == 0 ? 0 : token.created + wish.ttl_seconds;
  token.uses_left = wish.uses == 0 ? -1 : wish.uses;
  token.description = wish.description;
  replace(txn, joining::token_record_key(token.id), 0, joining::encode(token));
  auto document = joining::describe(token);
  document["joinString"] = joining::encode(s);
  commit(j, std::move(txn), [j, id = token.id, text = json::serialize(document)] {
    spdlog::info("registrar: token_created id={}", id);
    j->done({201, text});
  });
}

void registrar_state::delete_token(const job_ptr& j, const std::string& id) {
  start(j, [this, id](const job_ptr& same, const registry& all) {
    auto found = all.tokens.find(id);
    if (found == all.tokens.end()) return same->done(refusal(api::not_found({"", "tokens"}, id)));
    store::mvcc::txn_request txn;
    erase(txn, joining::token_record_key(id), found->second.revision);
    commit(same, std::move(txn), [same, text = json::serialize(joining::describe(found->second.value))] {
      same->done({200, text});
    });
  });
}

} // namespace troupe::actors::join
