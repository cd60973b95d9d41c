#include "actors/join/registrar.hpp"
#include "net/certificates/digest.hpp"
#include "net/certificates/signing_request.hpp"
#include "policies/joining/admission.hpp"
#include <spdlog/spdlog.h>

namespace troupe::actors::join {

namespace {

namespace certificates = net::certificates;
namespace joining = policies::joining;
using policies::cluster::node_record;

api::status removed() {
  return api::unauthorized("this node was removed from the cluster: to let it in again as a new one, end it with "
                           "'troupe down --purge' and join with 'troupe node --join'");
}

/// Null unless the secret is right: a stranger learns nothing about tokens.
const registry::entry<joining::token_record>* token_of(const registry& all, const joining::join_request& r) {
  auto found = all.tokens.find(r.token_id);
  if (found == all.tokens.end()) return nullptr;
  auto& token = found->second.value;
  return certificates::equal_secrets(certificates::sha256(token.salt + r.secret), token.hash) ? &found->second
                                                                                              : nullptr;
}

/// A node whose certificate has ended joins again with its newest key, and is the same one.
void note_key(store::mvcc::txn_request& txn, const registry& all, std::uint64_t node, const std::string& key) {
  for (auto& [hash, id] : all.joined)
    if (id.value == node && hash != key) erase(txn, joined_key(hash), id.revision);
  auto there = all.joined.find(key);
  if (there == all.joined.end() || there->second.value != node)
    replace(txn, joined_key(key), there == all.joined.end() ? 0 : there->second.revision, std::to_string(node));
}

} // namespace

void registrar_state::authority(const job_ptr& j) {
  api::json::object out{{"authority", config.authority.certificate_pem}, {"clock", now()}, {"program", config.program}};
  j->done({200, api::json::serialize(out)});
}

api::result<std::string> registrar_state::sign(const node_record& node, const certificates::key& holder) const {
  auto subject = policies::cluster::subject_of({node.id, node.name, node.control_plane});
  // Links are opened from either side, so a node is server and client.
  certificates::certificate_request what{subject.common_name, subject.organizations, subject.dns_names, {}, true, true};
  auto pem = certificates::issue_for(config.authority, holder, what, {env->now(), config.certificate_life}, random);
  if (!pem) return api::failure(api::internal_error(pem.error().message));
  return std::move(*pem);
}

void registrar_state::join(const job_ptr& j) {
  auto at = self->clock().now();
  if (!failures.may_try(j->what.address, at))
    return j->done(refusal(api::too_many_requests("too many failed attempts to join; try again in some seconds", 5)));
  auto r = joining::decode_join_request(j->what.body);
  if (!r) return j->done(refusal(api::bad_request(r.error())));
  if (r->address.empty()) r->address = j->what.address;
  auto done = std::move(j->done);
  j->done = [=, this, address = j->what.address](answer a) {
    if (a.code == 401) {
      failures.failed(address, self->clock().now());
      spdlog::warn("registrar: join_refused address={}", address);
    }
    done(std::move(a));
  };
  start(j, [this, r = std::move(*r)](const job_ptr& same, const registry& all) { judge_join(same, r, all); });
}

void registrar_state::judge_join(const job_ptr& j, const joining::join_request& r, const registry& all) {
  auto* token = token_of(all, r);
  if (auto ok = joining::check_token(token ? &token->value : nullptr, now()); !ok) return j->done(refusal(ok.error()));
  if (!all.node(config.node_id)) return j->done(refusal(api::service_unavailable("the cluster is starting")));
  auto holder = certificates::verify_signing_request(r.signing_request);
  if (!holder) return j->done(refusal(api::bad_request("the node's signing request: " + holder.error().message)));
  auto key = certificates::sha256(holder->public_der());
  auto before = all.joined.find(key);
  auto* known = before == all.joined.end() ? nullptr : all.node(before->second.value);
  auto node = joining::admit(r, &token->value,
                             {all.records(), all.last_id.value, config.settings.cluster_cidr, config.program, now()},
                             known ? &known->value : nullptr);
  if (!node) return j->done(refusal(node.error()));
  auto certificate = sign(*node, *holder);
  if (!certificate) return j->done(refusal(certificate.error()));
  joining::join_reply reply{*node, config.settings, *certificate, config.authority.certificate_pem, {},
                            {},    all.records()};
  if (node->control_plane) {
    reply.authority_key = config.authority.key.private_pem();
    reply.service_account_key = config.service_account_key_pem;
  }
  bool again = known && known->value == *node;
  if (!again) reply.roster.push_back(*node);
  auto finish = [=, text = joining::encode(reply)] {
    spdlog::info("registrar: node_joined id={} name={} address={} control_plane={} again={}", node->id, node->name,
                 node->address, node->control_plane, again);
    j->done({200, text});
  };
  if (again) return finish();
  store::mvcc::txn_request txn;
  replace(txn, std::string(last_id_key), all.last_id.revision, std::to_string(node->id));
  replace(txn, policies::cluster::node_record_key(node->id), 0, policies::cluster::encode(*node));
  replace(txn, joined_key(key), before == all.joined.end() ? 0 : before->second.revision, std::to_string(node->id));
  auto spent = token->value;
  if (spent.uses_left > 0) --spent.uses_left;
  replace(txn, joining::token_record_key(spent.id), token->revision, joining::encode(spent));
  commit(j, std::move(txn), finish);
}

void registrar_state::renew(const job_ptr& j) {
  if (!j->what.node)
    return j->done(refusal(api::unauthorized("only a node with a certificate of this cluster can renew it")));
  auto r = joining::decode_renew_request(j->what.body);
  if (!r) return j->done(refusal(api::bad_request(r.error())));
  start(j, [this, r = std::move(*r)](const job_ptr& same, const registry& all) { judge_renewal(same, r, all); });
}

void registrar_state::judge_renewal(const job_ptr& j, const joining::renew_request& r, const registry& all) {
  auto* found = all.node(j->what.node->id);
  if (!found || found->value.removed || found->value.name != j->what.node->name) return j->done(refusal(removed()));
  // A node whose clock went wrong is told by TLS; one that is here already keeps its place.
  if (auto fit = joining::version_fit(r.program, config.program); fit != joining::fit::good)
    return j->done(refusal(api::bad_request(
        fmt::format("troupe {} on this host does not fit the cluster, which runs {}: install that version", r.program,
                    config.program))));
  auto node = found->value;
  if (!r.address.empty()) node.address = r.address;
  if (r.link_port != 0) node.link_port = r.link_port;
  if (node.control_plane && r.api_port != 0) node.api_port = r.api_port;
  node.version = r.program;
  joining::renew_reply reply{node, {}, config.authority.certificate_pem, all.records()};
  for (auto& each : reply.roster)
    if (each.id == node.id) each = node;
  store::mvcc::txn_request txn;
  if (!r.signing_request.empty()) {
    auto holder = certificates::verify_signing_request(r.signing_request);
    if (!holder) return j->done(refusal(api::bad_request("the node's signing request: " + holder.error().message)));
    auto certificate = sign(node, *holder);
    if (!certificate) return j->done(refusal(certificate.error()));
    reply.certificate = std::move(*certificate);
    note_key(txn, all, node.id, certificates::sha256(holder->public_der()));
    spdlog::info("registrar: certificate_renewed id={} name={}", node.id, node.name);
  }
  auto finish = [=, text = joining::encode(reply)] { j->done({200, text}); };
  if (node == found->value && txn.success.empty()) return finish();
  replace(txn, policies::cluster::node_record_key(node.id), found->revision, policies::cluster::encode(node));
  commit(j, std::move(txn), finish);
}

} // namespace troupe::actors::join
