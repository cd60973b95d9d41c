#include "policies/authorization/default_roles.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::authorization {

namespace {

const user anonymous{.name = "system:anonymous", .groups = {"system:unauthenticated"}};
const user account{.name = "system:serviceaccount:d:s",
                   .groups = {"system:serviceaccounts", "system:serviceaccounts:d", "system:authenticated"}};
const user person{.name = "jane", .groups = {"system:authenticated"}};

bool may_get(const user& who, std::string path) {
  return default_roles().grant({.who = who, .verb = "get", .path = std::move(path)}).has_value();
}

TEST(default_roles, anonymous_sees_health_and_version_only) {
  for (auto path : {"/healthz", "/livez", "/readyz", "/version"}) EXPECT_TRUE(may_get(anonymous, path)) << path;
  for (auto path : {"/", "/api", "/apis", "/metrics", "/openapi/v3", "/healthz/etcd", "/openid/v1/jwks", "/version2"})
    EXPECT_FALSE(may_get(anonymous, path)) << path;
  EXPECT_FALSE(default_roles().grant({.who = anonymous, .verb = "list", .resource = "pods"}));
}

TEST(default_roles, the_authenticated_see_discovery_and_themselves) {
  for (auto path : {"/api", "/api/v1", "/apis/apps/v1", "/openapi/v2", "/version/"})
    EXPECT_TRUE(may_get(person, path)) << path;
  EXPECT_FALSE(may_get(person, "/metrics"));
  EXPECT_TRUE(default_roles().grant({.who = person, .verb = "create", .api_group = "authorization.k8s.io",
                                     .resource = "selfsubjectaccessreviews"}));
  EXPECT_TRUE(default_roles().grant({.who = person, .verb = "create", .api_group = "authentication.k8s.io",
                                     .resource = "selfsubjectreviews"}));
  EXPECT_FALSE(default_roles().grant({.who = person, .verb = "get", .resource = "pods", .ns = "d", .name = "p"}));
}

TEST(default_roles, service_accounts_also_see_the_issuer) {
  EXPECT_TRUE(may_get(account, "/openid/v1/jwks"));
  EXPECT_TRUE(may_get(account, "/.well-known/openid-configuration"));
  EXPECT_FALSE(may_get(person, "/openid/v1/jwks"));
  EXPECT_FALSE(default_roles().grant({.who = account, .verb = "get", .resource = "secrets", .ns = "d", .name = "s"}));
}

} // namespace

} // namespace troupe::policies::authorization
