#include "actors/apiserver/worker.hpp"
#include "policies/authorization/authorizer.hpp"
#include "policies/authorization/default_roles.hpp"
#include <algorithm>

/// Kinds that are asked, not stored: access, rules, token and self reviews, and the older form of bindings.
namespace troupe::actors::apiserver {

namespace {

namespace authorization = policies::authorization;

/// The field selector that a review asks about, raw or as requirements of one value each.
std::string fields_of(const api::json::object& resource) {
  std::string out(api::string_at(resource, {"fieldSelector", "rawSelector"}));
  auto* requirements = api::array_at(resource, {"fieldSelector", "requirements"});
  if (!out.empty() || !requirements) return out;
  for (auto& r : *requirements) {
    auto* values = api::array_at(r, {"values"});
    if (api::string_at(r, {"operator"}) != "In" || !values || values->size() != 1 || !values->front().is_string())
      continue;
    if (!out.empty()) out += ',';
    out.append(api::string_at(r, {"key"})).append("=").append(values->front().get_string());
  }
  return out;
}

authorization::attributes attributes_of(const api::json::object& spec, user who) {
  authorization::attributes a;
  a.who = {std::move(who.name), std::move(who.uid), std::move(who.groups)};
  if (auto* r = api::object_at(spec, {"resourceAttributes"})) {
    a.verb = api::string_at(*r, {"verb"});
    a.api_group = api::string_at(*r, {"group"});
    a.resource = api::string_at(*r, {"resource"});
    a.subresource = api::string_at(*r, {"subresource"});
    a.ns = api::string_at(*r, {"namespace"});
    a.name = api::string_at(*r, {"name"});
    a.field_selector = fields_of(*r);
  } else if (auto* path = api::object_at(spec, {"nonResourceAttributes"})) {
    a.verb = api::string_at(*path, {"verb"});
    a.path = api::string_at(*path, {"path"});
  }
  return a;
}

user subject_of(const api::json::object& spec) {
  user who{std::string(api::string_at(spec, {"user"})), std::string(api::string_at(spec, {"uid"})), {}, {}};
  if (auto* groups = api::array_at(spec, {"groups"}))
    for (auto& g : *groups)
      if (auto* text = g.if_string()) who.groups.emplace_back(*text);
  return who;
}

api::json::object user_document(const user& who) {
  api::json::object out{{"username", who.name}};
  if (!who.uid.empty()) out["uid"] = who.uid;
  if (!who.groups.empty()) out["groups"] = api::json::array(who.groups.begin(), who.groups.end());
  api::json::object extra;
  for (auto& [name, values] : who.extra) extra[name] = api::json::array(values.begin(), values.end());
  if (!extra.empty()) out["extra"] = std::move(extra);
  return out;
}

/// The rules that every authenticated user has, and everything for masters. Rules of nodes and components depend on
/// objects, so the list does not claim to be complete for others.
api::json::object rules_of(const user& who) {
  using api::json::array;
  bool master = std::find(who.groups.begin(), who.groups.end(), "system:masters") != who.groups.end();
  array resources{{{"verbs", array{"create"}}, {"apiGroups", array{"authorization.k8s.io"}},
                   {"resources", array{"selfsubjectaccessreviews", "selfsubjectrulesreviews"}}},
                  {{"verbs", array{"create"}}, {"apiGroups", array{"authentication.k8s.io"}},
                   {"resources", array{"selfsubjectreviews"}}}};
  array paths{{{"verbs", array{"get"}},
               {"nonResourceURLs", array{"/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi",
                                         "/openapi/*", "/readyz", "/version"}}}};
  if (master) {
    resources.push_back({{"verbs", array{"*"}}, {"apiGroups", array{"*"}}, {"resources", array{"*"}}});
    paths.push_back({{"verbs", array{"*"}}, {"nonResourceURLs", array{"*"}}});
  }
  return {{"resourceRules", std::move(resources)}, {"nonResourceRules", std::move(paths)}, {"incomplete", !master}};
}

} // namespace

void worker_state::review_token(const operation_ptr& op, api::json::object body) {
  std::vector<std::string> wanted;
  if (auto* given = api::array_at(body, {"spec", "audiences"}))
    for (auto& a : *given)
      if (auto* text = a.if_string()) wanted.emplace_back(*text);
  auto token = api::string_at(body, {"spec", "token"});
  auto found = context->tokens ? context->tokens->verify(token, wanted, context->env->now()) : std::nullopt;
  auto conclude = [=, this](api::json::object status) {
    auto answer = body;
    answer["status"] = std::move(status);
    api::set_at(answer, {"metadata", "creationTimestamp"}, api::json::value());
    finish(op, succeeded(api::object::make(std::move(answer)), 201));
  };
  if (!found) return conclude({{"error", "invalid bearer token"}, {"user", api::json::object{}}});
  check_token(*found, [=, identity = *found](bool valid) {
    if (!valid)
      return conclude({{"error", "[invalid bearer token, service account token has been invalidated]"},
                       {"user", api::json::object{}}});
    api::json::array audiences(identity.audiences.begin(), identity.audiences.end());
    conclude({{"authenticated", true}, {"user", user_document(identity.who)}, {"audiences", std::move(audiences)}});
  });
}

void worker_state::review(const operation_ptr& op) {
  auto& kind = op->type->gvk.kind;
  if (kind == "Binding") return bind(op);
  auto decoded = decode_body(op);
  if (!decoded) return fail(op, decoded.error());
  auto body = std::move(*decoded);
  const api::json::object nothing;
  auto* given = api::object_at(body, {"spec"});
  auto& spec = given ? *given : nothing;
  if (kind == "SelfSubjectReview") {
    body["status"] = {{"userInfo", user_document(op->what->who)}};
  } else if (kind == "TokenReview") {
    return review_token(op, std::move(body));
  } else if (kind == "SelfSubjectRulesReview") {
    body["status"] = rules_of(op->what->who);
  } else {
    bool self_review = kind == "SelfSubjectAccessReview";
    auto verdict = authorization::authorize(attributes_of(spec, self_review ? op->what->who : subject_of(spec)),
                                            {&authorization::default_roles(), &references.graph});
    api::json::object status{{"allowed", verdict.outcome == authorization::decision::allow}};
    if (!verdict.reason.empty()) status["reason"] = verdict.reason;
    body["status"] = std::move(status);
  }
  auto& metadata = api::ensure_object(body, {"metadata"});
  metadata["creationTimestamp"] = nullptr;
  finish(op, succeeded(api::object::make(std::move(body)), 201));
}

} // namespace troupe::actors::apiserver
