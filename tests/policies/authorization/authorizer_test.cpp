#include "policies/authorization/authorizer.hpp"
#include "policies/authorization/default_roles.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::authorization {

namespace {

TEST(authorizer, asks_masters_nodes_and_roles_in_order) {
  const authorization_view view{.roles = &default_roles()};
  attributes request{
      .who = {.name = "admin", .groups = {"system:masters"}}, .verb = "escalate", .resource = "anything"};
  EXPECT_EQ(authorize(request, view).outcome, decision::allow);
  EXPECT_EQ(authorize(request, {}).outcome, decision::allow);
  request.who = {.name = "jane", .groups = {"system:authenticated"}};
  EXPECT_EQ(authorize(request, view).outcome, decision::deny);
  attributes node{.who = {.name = "system:node:n", .groups = {"system:nodes"}}, .verb = "list", .resource = "services"};
  EXPECT_EQ(authorize(node, view).outcome, decision::allow);
  attributes health{.who = {.name = "jane", .groups = {"system:authenticated"}}, .verb = "get", .path = "/livez"};
  EXPECT_EQ(authorize(health, view).outcome, decision::allow);
  EXPECT_EQ(authorize(health, {}).outcome, decision::deny);
}

TEST(authorizer, a_denied_node_is_told_why) {
  attributes request{
      .who = {.name = "system:node:n", .groups = {"system:nodes"}}, .verb = "list", .resource = "secrets", .ns = "a"};
  EXPECT_EQ(authorize(request, {}).reason, "No Object name found");
}

} // namespace

} // namespace troupe::policies::authorization
