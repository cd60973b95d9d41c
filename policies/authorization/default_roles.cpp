#include "policies/authorization/default_roles.hpp"

namespace troupe::policies::authorization {

namespace {

policy_rule paths(std::vector<std::string> urls) {
  policy_rule rule;
  rule.verbs = {"get"};
  rule.non_resource_urls = std::move(urls);
  return rule;
}

policy_rule reviews(std::string group, std::vector<std::string> resources) {
  policy_rule rule;
  rule.verbs = {"create"};
  rule.api_groups = {std::move(group)};
  rule.resources = std::move(resources);
  return rule;
}

role_table make() {
  role_table out;
  out.add(role{"system:public-info-viewer", {paths({"/livez", "/readyz", "/healthz", "/version", "/version/"})}});
  out.add(role{"system:discovery",
               {paths({"/livez", "/readyz", "/healthz", "/version", "/version/", "/openapi", "/openapi/*", "/api",
                       "/api/*", "/apis", "/apis/*"})}});
  out.add(role{"system:basic-user",
               {reviews("authorization.k8s.io", {"selfsubjectaccessreviews", "selfsubjectrulesreviews"}),
                reviews("authentication.k8s.io", {"selfsubjectreviews"})}});
  out.add(role{"system:service-account-issuer-discovery",
               {paths({"/.well-known/openid-configuration", "/.well-known/openid-configuration/", "/openid/v1/jwks",
                       "/openid/v1/jwks/"})}});
  out.add(role_binding{"system:public-info-viewer", {}, {"system:authenticated", "system:unauthenticated"}, ""});
  out.add(role_binding{"system:discovery", {}, {"system:authenticated"}, ""});
  out.add(role_binding{"system:basic-user", {}, {"system:authenticated"}, ""});
  out.add(role_binding{"system:service-account-issuer-discovery", {}, {"system:serviceaccounts"}, ""});
  add_component_roles(out);
  return out;
}

} // namespace

const role_table& default_roles() {
  static const role_table table = make();
  return table;
}

} // namespace troupe::policies::authorization
