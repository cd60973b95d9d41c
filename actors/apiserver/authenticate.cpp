#include "actors/apiserver/authenticate.hpp"
#include "actors/apiserver/authorize.hpp"

namespace troupe::actors::apiserver {

api::result<credentials> authenticate(const net::http::request& request, const server_context& context) {
  if (request.peer && request.peer->certificate.presented) {
    auto& certificate = request.peer->certificate;
    if (!certificate.verified) return api::failure(api::unauthorized());
    if (context.removed && context.removed->has(certificate))
      return api::failure(api::unauthorized("this node was removed from the cluster"));
    user who{certificate.common_name, "", certificate.organizations, {}};
    who.groups.emplace_back("system:authenticated");
    return credentials{std::move(who), {}};
  }
  auto header = request.fields.find("authorization");
  constexpr std::string_view scheme = "bearer ";
  if (header.size() > scheme.size() && net::http::iequals(header.substr(0, scheme.size()), scheme)) {
    auto token = header.substr(scheme.size());
    while (!token.empty() && token.front() == ' ') token.remove_prefix(1);
    auto found = context.tokens ? context.tokens->verify(token, {}, context.env->now()) : std::nullopt;
    if (!found) return api::failure(api::unauthorized());
    auto who = found->who;
    return credentials{std::move(who), std::move(found)};
  }
  return credentials{{"system:anonymous", "", {"system:unauthenticated"}, {}}, {}};
}

namespace {

/// Service accounts bring their groups along when none are named (apiserver, impersonation).
void complete_groups(user& who) {
  constexpr std::string_view prefix = "system:serviceaccount:";
  if (who.groups.empty() && who.name.starts_with(prefix)) {
    auto rest = who.name.substr(prefix.size());
    who.groups = {"system:serviceaccounts", "system:serviceaccounts:" + rest.substr(0, rest.find(':'))};
  }
  if (who.name != "system:anonymous") who.groups.emplace_back("system:authenticated");
}

api::result<void> may_impersonate(const user& who, std::string resource, std::string_view name) {
  policies::authorization::attributes wanted;
  wanted.who = {who.name, who.uid, who.groups};
  wanted.verb = "impersonate";
  wanted.resource = std::move(resource);
  wanted.name = name;
  return authorize(wanted);
}

} // namespace

api::result<user> impersonate(const net::http::request& request, user who) {
  auto name = request.fields.find("impersonate-user");
  std::vector<std::string> groups;
  for (auto [field, value] : request.fields)
    if (net::http::iequals(field, "impersonate-group")) groups.emplace_back(value);
  if (name.empty()) {
    if (groups.empty()) return who;
    return api::failure(api::bad_request("requested groups without impersonating a user"));
  }
  if (auto ok = may_impersonate(who, "users", name); !ok) return api::failure(ok.error());
  for (auto& group : groups)
    if (auto ok = may_impersonate(who, "groups", group); !ok) return api::failure(ok.error());
  user other{std::string(name), "", std::move(groups), {}};
  complete_groups(other);
  return other;
}

} // namespace troupe::actors::apiserver
