#include "policies/authorization/policy_rule.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::authorization {

namespace {

TEST(policy_rule, covers_resources) {
  struct { std::string name; policy_rule rule; attributes request; bool allowed; } cases[] = {
    {"exact", {{"get"}, {""}, {"pods"}, {}, {}}, {.verb = "get", .resource = "pods"}, true},
    {"another verb", {{"get"}, {""}, {"pods"}, {}, {}}, {.verb = "list", .resource = "pods"}, false},
    {"another group", {{"get"}, {"apps"}, {"pods"}, {}, {}}, {.verb = "get", .resource = "pods"}, false},
    {"a resource does not cover its subresources", {{"get"}, {""}, {"pods"}, {}, {}},
     {.verb = "get", .resource = "pods", .subresource = "log"}, false},
    {"a subresource does not cover its resource", {{"get"}, {""}, {"pods/log"}, {}, {}},
     {.verb = "get", .resource = "pods"}, false},
    {"a subresource", {{"get"}, {""}, {"pods/log"}, {}, {}}, {.verb = "get", .resource = "pods", .subresource = "log"},
     true},
    {"a subresource of all", {{"get"}, {""}, {"*/scale"}, {}, {}},
     {.verb = "get", .resource = "deployments", .subresource = "scale"}, true},
    {"all covers subresources", {{"*"}, {"*"}, {"*"}, {}, {}},
     {.verb = "x", .api_group = "g", .resource = "r", .subresource = "s"}, true},
    {"a name", {{"get"}, {""}, {"pods"}, {"a"}, {}}, {.verb = "get", .resource = "pods", .name = "a"}, true},
    {"another name", {{"get"}, {""}, {"pods"}, {"a"}, {}}, {.verb = "get", .resource = "pods", .name = "b"}, false},
    {"no name", {{"list"}, {""}, {"pods"}, {"a"}, {}}, {.verb = "list", .resource = "pods"}, false},
    {"resources do not cover paths", {{"*"}, {"*"}, {"*"}, {}, {}}, {.verb = "get", .path = "/metrics"}, false},
  };
  for (auto& c : cases) EXPECT_EQ(allows(c.rule, c.request), c.allowed) << c.name;
}

TEST(policy_rule, covers_paths) {
  policy_rule rule{{"get"}, {}, {}, {}, {"/api", "/apis/*"}};
  EXPECT_TRUE(allows(rule, {.verb = "get", .path = "/api"}));
  EXPECT_TRUE(allows(rule, {.verb = "get", .path = "/apis/apps/v1"}));
  EXPECT_FALSE(allows(rule, {.verb = "get", .path = "/apis"}));
  EXPECT_FALSE(allows(rule, {.verb = "get", .path = "/api/v1"}));
  EXPECT_FALSE(allows(rule, {.verb = "post", .path = "/api"}));
  EXPECT_FALSE(allows(rule, {.verb = "get", .resource = "pods", .path = "/api"}));
}

} // namespace

} // namespace troupe::policies::authorization
