#include "actors/apiserver/worker.hpp"
#include "policies/validation/validate.hpp"
#include <fmt/format.h>

/// TokenRequest: a token of a service account, bound to an object on request.
namespace troupe::actors::apiserver {

namespace {

std::vector<std::string> audiences_of(const api::json::object& body, const token_authority& tokens) {
  std::vector<std::string> out;
  if (auto* given = api::array_at(body, {"spec", "audiences"}))
    for (auto& a : *given)
      if (auto* text = a.if_string()) out.emplace_back(*text);
  if (out.empty()) out.push_back(tokens.issuer());
  return out;
}

/// Type of the objects that a token may be bound to; null for others.
const api::group_resource* bindable(std::string_view api_version, std::string_view kind) {
  static const api::group_resource pods{"", "pods"}, secrets{"", "secrets"}, nodes{"", "nodes"};
  if (api_version.find('/') != std::string_view::npos) return nullptr;
  return kind == "Pod" ? &pods : kind == "Secret" ? &secrets : kind == "Node" ? &nodes : nullptr;
}

/// Checks and texts of registry/core/serviceaccount, TokenREST.
api::result<void> check_bound_object(const api::object& account, const api::json::object& reference,
                                     const api::object& bound) {
  auto kind = api::string_at(reference, {"kind"});
  if (kind == "Pod" && api::string_at(bound.spec(), {"serviceAccountName"}) != account.name())
    return api::failure(api::bad_request(
        fmt::format("cannot bind token for serviceaccount \"{}\" to pod running with different serviceaccount name.",
                    account.name())));
  auto uid = api::string_at(reference, {"uid"});
  if (!uid.empty() && uid != bound.uid())
    return api::failure(
        api::conflict({"", std::string(kind)}, bound.name(),
                      fmt::format("the UID in the bound object reference ({}) does not match the UID in "
                                  "record. The object might have been deleted and then recreated",
                                  uid)));
  return {};
}

std::string shown_kind(const api::json::object& reference) {
  auto version = std::string(api::string_at(reference, {"apiVersion"}));
  auto slash = version.find('/');
  auto group = slash == std::string::npos ? std::string{} : version.substr(0, slash);
  auto rest = slash == std::string::npos ? version : version.substr(slash + 1);
  return fmt::format("{}/{}, Kind={}", group, rest, api::string_at(reference, {"kind"}));
}

} // namespace

void worker_state::issue_token(const operation_ptr& op) {
  auto request = decode_body(op);
  if (!request) return fail(op, request.error());
  if (!context->tokens) return fail(op, api::service_unavailable("no key for service-account tokens"));
  auto& spec = api::ensure_object(*request, {"spec"});
  // The default of authentication/v1 TokenRequestSpec.
  if (auto* given = spec.if_contains("expirationSeconds"); !given || given->is_null()) spec["expirationSeconds"] = 3600;
  if (auto errors = policies::validation::validate_token_request(*request); !errors.empty())
    return fail(op, invalid_payload(*op, errors));
  auto body = std::make_shared<api::json::object>(std::move(*request));
  fetch_current(op, [=, this](const object_handle& account) {
    auto* reference = api::object_at(*body, {"spec", "boundObjectRef"});
    if (!reference) {
      if (!admit_subresource(op, *body, {})) return;
      return grant_token(op, account, std::move(*body), {});
    }
    auto* type = bindable(api::string_at(*reference, {"apiVersion"}), api::string_at(*reference, {"kind"}));
    if (!type) return fail(op, api::bad_request("cannot bind token to object of type " + shown_kind(*reference)));
    auto object_name = std::string(api::string_at(*reference, {"name"}));
    api::object_key key{type->resource == "nodes" ? "" : op->what->ns, object_name};
    fetch(op, *type, key, -1, [=, this](const object_handle& bound) {
      if (!bound) return fail(op, api::not_found(*type, object_name));
      if (!admit_subresource(op, *body, type->resource == "pods" ? bound : object_handle{})) return;
      if (auto ok = check_bound_object(*account, *reference, *bound); !ok) return fail(op, ok.error());
      grant_token(op, account, std::move(*body), bound);
    });
  });
}

void worker_state::grant_token(const operation_ptr& op, const object_handle& account, api::json::object body,
                               const object_handle& bound) {
  auto audiences = audiences_of(body, *context->tokens);
  auto seconds = api::int_at(body, {"spec", "expirationSeconds"}, 3600);
  auto* reference = api::object_at(body, {"spec", "boundObjectRef"});
  api::json::object claimed;
  if (reference) claimed = *reference;
  if (bound) claimed["uid"] = bound->uid();
  auto node = bound && bound->kind() == "Pod" ? api::string_at(bound->spec(), {"nodeName"}) : std::string_view{};
  auto now = context->env->now();
  auto grant = context->tokens->issue(*account, audiences, seconds, reference ? &claimed : nullptr, node, now);
  body["apiVersion"] = "authentication.k8s.io/v1";
  body["kind"] = "TokenRequest";
  api::set_at(body, {"metadata", "name"}, api::json::value(account->name()));
  api::set_at(body, {"metadata", "namespace"}, api::json::value(account->ns()));
  api::set_at(body, {"metadata", "creationTimestamp"}, api::json::value(api::format_time(now)));
  api::set_at(body, {"spec", "audiences"}, api::json::array(audiences.begin(), audiences.end()));
  api::set_at(body, {"spec", "expirationSeconds"}, seconds);
  body["status"] = {{"token", grant.token}, {"expirationTimestamp", api::format_time(grant.expires)}};
  finish(op, succeeded(api::object::make(std::move(body)), 201));
}

} // namespace troupe::actors::apiserver
