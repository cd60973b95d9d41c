#include "actors/apiserver/service_tokens.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::actors::apiserver {

namespace {

namespace certificates = net::certificates;
namespace json = api::json;

constexpr std::string_view subject_prefix = "system:serviceaccount:";

std::int64_t unix_seconds(api::time_point t) {
  return std::chrono::duration_cast<std::chrono::seconds>(t.time_since_epoch()).count();
}

std::vector<certificates::key> joined(const certificates::key& signer, std::vector<certificates::key> older) {
  older.insert(older.begin(), signer);
  return older;
}

std::vector<std::string> audiences_of(const json::object& claims) {
  std::vector<std::string> out;
  auto* aud = claims.if_contains("aud");
  if (aud && aud->is_string()) out.emplace_back(aud->get_string());
  if (aud && aud->is_array())
    for (auto& a : aud->get_array())
      if (auto* text = a.if_string()) out.emplace_back(*text);
  return out;
}

} // namespace

service_tokens::service_tokens(std::string issuer, certificates::key signer, std::vector<certificates::key> older,
                               certificates::random_source random)
  : issuer_(std::move(issuer)), signer_(signer), keys_(joined(signer, std::move(older))), random_(std::move(random)) {}

token_authority::grant service_tokens::issue(const api::object& account, const std::vector<std::string>& audiences,
                                             std::int64_t seconds, const json::object* bound,
                                             std::string_view bound_node, api::time_point now) const {
  json::object private_claims{{"namespace", account.ns()},
                              {"serviceaccount", {{"name", account.name()}, {"uid", account.uid()}}}};
  if (bound) {
    json::object reference{{"name", api::string_at(*bound, {"name"})}, {"uid", api::string_at(*bound, {"uid"})}};
    auto kind = api::string_at(*bound, {"kind"});
    private_claims[kind == "Pod" ? "pod" : kind == "Node" ? "node" : "secret"] = std::move(reference);
  }
  if (!bound_node.empty()) private_claims["node"] = {{"name", bound_node}};
  auto issued = unix_seconds(now);
  json::object claims{{"aud", json::array(audiences.begin(), audiences.end())},
                      {"exp", issued + seconds},
                      {"iat", issued},
                      {"iss", issuer_},
                      {"jti", certificates::random_uuid(random_)},
                      {"kubernetes.io", std::move(private_claims)},
                      {"nbf", issued},
                      {"sub", fmt::format("{}{}:{}", subject_prefix, account.ns(), account.name())}};
  auto token = certificates::sign_token(claims, signer_);
  return {token ? std::move(*token) : std::string{}, now + std::chrono::seconds(seconds)};
}

std::optional<token_identity> service_tokens::verify(std::string_view token, const std::vector<std::string>& audiences,
                                                     api::time_point now) const {
  auto claims = keys_.verify_token(token);
  if (!claims || api::string_at(*claims, {"iss"}) != issuer_ || !certificates::check_times(*claims, now))
    return std::nullopt;
  token_identity out;
  auto has = audiences_of(*claims);
  for (auto& wanted : audiences.empty() ? std::vector{issuer_} : audiences)
    if (std::find(has.begin(), has.end(), wanted) != has.end()) out.audiences.push_back(wanted);
  if (out.audiences.empty()) return std::nullopt;
  auto* own = api::object_at(*claims, {"kubernetes.io"});
  auto subject = api::string_at(*claims, {"sub"});
  if (!own || !subject.starts_with(subject_prefix)) return std::nullopt;
  out.ns = api::string_at(*own, {"namespace"});
  out.service_account = api::string_at(*own, {"serviceaccount", "name"});
  out.service_account_uid = api::string_at(*own, {"serviceaccount", "uid"});
  // The node in a token of a pod only tells where the pod runs.
  for (auto [claim, type] : {std::pair{"node", "nodes"}, {"secret", "secrets"}, {"pod", "pods"}})
    if (auto uid = api::string_at(*own, {claim, "uid"}); !uid.empty()) {
      out.bound_type = type;
      out.bound_name = api::string_at(*own, {claim, "name"});
      out.bound_uid = uid;
    }
  out.who.name = subject;
  out.who.uid = out.service_account_uid;
  out.who.groups = {"system:serviceaccounts", "system:serviceaccounts:" + out.ns, "system:authenticated"};
  out.who.extra["authentication.kubernetes.io/credential-id"] = {"JTI=" +
                                                                 std::string(api::string_at(*claims, {"jti"}))};
  if (out.bound_type == "pods") {
    out.who.extra["authentication.kubernetes.io/pod-name"] = {out.bound_name};
    out.who.extra["authentication.kubernetes.io/pod-uid"] = {out.bound_uid};
  }
  if (auto node = api::string_at(*own, {"node", "name"}); !node.empty())
    out.who.extra["authentication.kubernetes.io/node-name"] = {std::string(node)};
  return out;
}

std::string service_tokens::key_set() const { return json::serialize(keys_.document()); }

std::string service_tokens::discovery_document() const {
  auto algorithm = signer_.type() == certificates::key::kind::rsa ? "RS256" : "ES256";
  return json::serialize(json::object{{"issuer", issuer_},
                                      {"jwks_uri", issuer_ + "/openid/v1/jwks"},
                                      {"response_types_supported", json::array{"id_token"}},
                                      {"subject_types_supported", json::array{"public"}},
                                      {"id_token_signing_alg_values_supported", json::array{algorithm}}});
}

} // namespace troupe::actors::apiserver
