#include "policies/schema/descriptor.hpp"
#include "policies/schema/registry.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::schema {
namespace {

const descriptor& find(std::string_view group, std::string_view plural) {
  return *registry::builtin().find(group, "v1", plural);
}

json::object parse(std::string_view text) { return json::parse(text).get_object(); }

TEST(descriptor, gives_the_values_that_field_selectors_see) {
  auto pod = parse(R"({"metadata":{"name":"a","namespace":"b"},"spec":{"nodeName":"n","hostNetwork":true},)"
                   R"("status":{"podIPs":[{"ip":"10.0.0.1"}]}})");
  auto& pods = find("", "pods");
  EXPECT_EQ(pods.value_of(pod, "metadata.name"), "a");
  EXPECT_EQ(pods.value_of(pod, "spec.nodeName"), "n");
  EXPECT_EQ(pods.value_of(pod, "spec.host"), "n");
  EXPECT_EQ(pods.value_of(pod, "spec.hostNetwork"), "true");
  EXPECT_EQ(pods.value_of(parse("{}"), "spec.hostNetwork"), "false");
  EXPECT_EQ(pods.value_of(pod, "status.podIP"), "10.0.0.1");
  EXPECT_EQ(pods.value_of(pod, "status.podIPs"), "");
  EXPECT_EQ(find("batch", "jobs").value_of(parse(R"({"status":{"succeeded":3}})"), "status.successful"), "3");
  EXPECT_EQ(find("batch", "jobs").value_of(parse("{}"), "status.successful"), "0");
  EXPECT_EQ(find("", "nodes").value_of(parse("{}"), "spec.unschedulable"), "false");
  EXPECT_EQ(find("", "events").value_of(parse(R"({"reportingComponent":"k"})"), "source"), "k");
}

TEST(descriptor, matches_objects_against_selectors) {
  auto pod = parse(R"({"spec":{"nodeName":"n"},"status":{"phase":"Running"}})");
  auto matches = [&](std::string_view text) {
    return find("", "pods").matches(pod, *api::field_selector::parse(text));
  };
  EXPECT_TRUE(matches("spec.nodeName=n,status.phase!=Failed"));
  EXPECT_FALSE(matches("spec.nodeName=n,status.phase!=Running"));
  EXPECT_TRUE(matches("spec.host=n"));
  EXPECT_TRUE(matches(""));
}

TEST(descriptor, refuses_unknown_fields_in_kubernetes_words) {
  auto check = [](const descriptor& d, std::string_view text) {
    auto got = d.check(*api::field_selector::parse(text));
    return got ? std::string() : got.error().message;
  };
  EXPECT_EQ(check(find("", "pods"), "spec.nodeName=x"), "");
  EXPECT_EQ(check(find("", "pods"), "spec.x=y"), "field label not supported: spec.x");
  EXPECT_EQ(check(find("batch", "jobs"), "a=b"), R"(field label "a" not supported for Job)");
  EXPECT_EQ(check(find("", "configmaps"), "data=b"),
            R"("data" is not a known field selector: only "metadata.name", "metadata.namespace")");
}

TEST(descriptor, knows_what_raises_the_generation) {
  auto before = parse(R"({"metadata":{"labels":{"a":"b"}},"spec":{"replicas":1},"status":{}})");
  auto scaled = parse(R"({"metadata":{"labels":{"a":"b"}},"spec":{"replicas":2},"status":{}})");
  auto annotated = parse(
      R"({"metadata":{"labels":{"a":"b"},"annotations":{"x":"y"}},"spec":{"replicas":1},"status":{"replicas":1}})");
  auto labelled = parse(R"({"metadata":{"labels":{"a":"c"}},"spec":{"replicas":1},"status":{}})");
  EXPECT_TRUE(find("apps", "deployments").raises_generation(before, scaled));
  EXPECT_TRUE(find("apps", "deployments").raises_generation(before, annotated));
  EXPECT_TRUE(find("apps", "replicasets").raises_generation(before, scaled));
  EXPECT_FALSE(find("apps", "replicasets").raises_generation(before, annotated));
  EXPECT_FALSE(find("", "pods").raises_generation(before, scaled));
  EXPECT_TRUE(find("discovery.k8s.io", "endpointslices").raises_generation(before, labelled));
  EXPECT_TRUE(find("", "podtemplates")
                  .raises_generation(parse(R"({"template":{}})"), parse(R"({"template":{"spec":{"nodeName":"n"}}})")));
}

TEST(descriptor, verbs_have_the_names_of_discovery) {
  EXPECT_EQ(text(verb::remove), "delete");
  EXPECT_EQ(text(verb::delete_collection), "deletecollection");
  verb_set some;
  some.add(verb::get);
  EXPECT_TRUE(some.has(verb::get));
  EXPECT_FALSE(some.has(verb::list));
}

} // namespace
} // namespace troupe::policies::schema
