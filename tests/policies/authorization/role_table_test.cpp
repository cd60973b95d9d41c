#include "policies/authorization/role_table.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::authorization {

namespace {

TEST(role_table, a_binding_reaches_users_and_groups_in_its_namespace) {
  role_table table;
  table.add(role{"reader", {{{"get"}, {""}, {"pods"}, {}, {"*"}}}});
  table.add(role_binding{"reader", {"u"}, {"g"}, "n"});
  attributes request{.who = {.name = "u"}, .verb = "get", .resource = "pods", .ns = "n"};
  EXPECT_EQ(table.grant(request), R"(RBAC: allowed by RoleBinding "reader" of ClusterRole "reader" to User "u")");
  request.ns = "m";
  EXPECT_EQ(table.grant(request), std::nullopt);
  request.ns = "";
  EXPECT_EQ(table.grant(request), std::nullopt) << "a binding in a namespace grants nothing at the cluster scope";
  EXPECT_EQ(table.grant({.who = {.name = "u"}, .verb = "get", .path = "/x"}), std::nullopt);
  request.ns = "n";
  request.who = {.name = "v", .groups = {"g"}};
  EXPECT_EQ(table.grant(request), R"(RBAC: allowed by RoleBinding "reader" of ClusterRole "reader" to Group "g")");
  request.who.groups.clear();
  EXPECT_EQ(table.grant(request), std::nullopt);
}

TEST(role_table, a_binding_of_a_role_that_is_not_there_grants_nothing) {
  role_table table;
  table.add(role_binding{"reader", {"u"}, {}, ""});
  EXPECT_EQ(table.grant({.who = {.name = "u"}, .verb = "get", .resource = "pods"}), std::nullopt);
}

} // namespace

} // namespace troupe::policies::authorization
