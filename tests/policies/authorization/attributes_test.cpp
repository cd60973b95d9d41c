#include "policies/authorization/attributes.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::authorization {

namespace {

TEST(attributes, the_forbidden_text_is_that_of_kubernetes) {
  attributes pods{.who = {.name = "x"}, .verb = "list", .resource = "pods", .ns = "default"};
  EXPECT_EQ(forbidden_text(pods), R"(User "x" cannot list resource "pods" in API group "" in the namespace "default")");
  attributes log{
      .who = {.name = "x"}, .verb = "get", .api_group = "apps", .resource = "deployments", .subresource = "scale"};
  EXPECT_EQ(forbidden_text(log),
            R"(User "x" cannot get resource "deployments/scale" in API group "apps" at the cluster scope)");
  attributes path{.who = {.name = "system:anonymous"}, .verb = "get", .path = "/metrics"};
  EXPECT_EQ(forbidden_text(path), R"(User "system:anonymous" cannot get path "/metrics")");
}

TEST(attributes, the_answer_names_the_resource) {
  attributes pods{.who = {.name = "x"}, .verb = "list", .resource = "pods", .ns = "default"};
  auto list = forbidden_status(pods, "");
  EXPECT_EQ(list.code, 403);
  EXPECT_EQ(list.message,
            R"(pods is forbidden: User "x" cannot list resource "pods" in API group "" in the namespace "default")");
  pods.verb = "get";
  pods.name = "a";
  EXPECT_EQ(forbidden_status(pods, "why").message, R"(pods "a" is forbidden: User "x" cannot get resource "pods" in )"
                                                   R"(API group "" in the namespace "default": why)");
  attributes path{.who = {.name = "<b>&"}, .verb = "get", .path = "/"};
  EXPECT_EQ(forbidden_status(path, "").message, R"(forbidden: User "&lt;b&gt;&amp;" cannot get path "/")");
}

} // namespace

} // namespace troupe::policies::authorization
