#include "tests/policies/strategy/documents.hpp"

namespace troupe::policies::strategy {

TEST(strategy, a_new_object_gets_system_fields_and_loses_what_it_must_not_have) {
  fixture f;
  auto body = parse(R"({"metadata":{"generateName":"m-","uid":"mine","selfLink":"x",
"deletionTimestamp":"2020-01-01T00:00:00Z","deletionGracePeriodSeconds":5,"generation":7}})");
  prepare_for_create({"", "v1", "ConfigMap"}, body, f.ctx);
  EXPECT_TRUE(api::string_at(body, {"metadata", "name"}).starts_with("m-"));
  EXPECT_EQ(api::string_at(body, {"metadata", "uid"}).size(), 36u);
  EXPECT_EQ(at(body, {"metadata", "creationTimestamp"}), "\"2026-01-01T12:00:00Z\"");
  for (auto gone : {"selfLink", "deletionTimestamp", "deletionGracePeriodSeconds", "generation"})
    EXPECT_EQ(at(body, {"metadata", gone}), "-") << gone;
}

TEST(strategy, a_new_object_has_no_version) {
  EXPECT_TRUE(check_creatable(parse(R"({"metadata":{"name":"a"}})")));
  EXPECT_TRUE(check_creatable(parse(R"({"metadata":{"resourceVersion":"0"}})")));
  auto refused = check_creatable(parse(R"({"metadata":{"resourceVersion":"5"}})"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, 500);
  EXPECT_EQ(refused.error().message, "resourceVersion should not be set on objects to be created");
}

TEST(strategy, a_new_workload_starts_at_generation_one_without_status) {
  fixture f;
  auto body = parse(R"({"metadata":{"name":"d"},"status":{"replicas":7}})");
  prepare_for_create(deployment_kind, body, f.ctx);
  EXPECT_EQ(at(body, {"metadata", "generation"}), "1");
  EXPECT_EQ(at(body, {"status"}), "{}");
}

TEST(strategy, an_update_keeps_system_fields_and_status) {
  fixture f;
  auto old = parse(R"({"metadata":{"name":"d","uid":"u","creationTimestamp":"2025-01-01T00:00:00Z","generation":3,
"deletionTimestamp":"2026-01-01T00:00:00Z","deletionGracePeriodSeconds":0},"spec":{"a":1},
"status":{"b":2}})");
  auto body = parse(R"({"metadata":{"name":"d","creationTimestamp":"2026-01-01T00:00:00Z","generation":9},
"spec":{"a":1},"status":{"b":3}})");
  prepare_for_update(deployment_kind, "", body, old, f.ctx);
  EXPECT_EQ(body, old);
}

TEST(strategy, a_generation_counts_changes_of_the_wanted_state) {
  fixture f;
  auto old = parse(R"({"metadata":{"name":"d","generation":3,"annotations":{"x":"y"}},"spec":{"a":1}})");
  auto generation = [&](std::string_view text, std::string_view subresource = "") {
    auto body = parse(text);
    prepare_for_update(deployment_kind, subresource, body, old, f.ctx);
    return at(body, {"metadata", "generation"});
  };
  EXPECT_EQ(generation(R"({"metadata":{"name":"d","annotations":{"x":"y"}},"spec":{"a":1}})"), "3");
  EXPECT_EQ(generation(R"({"metadata":{"name":"d","annotations":{"x":"y"},"labels":{"l":"m"}},"spec":{"a":1,
"empty":{}}})"),
            "3");
  EXPECT_EQ(generation(R"({"metadata":{"name":"d","annotations":{"x":"y"}},"spec":{"a":2}})"), "4");
  EXPECT_EQ(generation(R"({"metadata":{"name":"d","annotations":{"x":"z"}},"spec":{"a":1}})"), "4");
  EXPECT_EQ(generation(R"({"metadata":{"name":"d","annotations":{"x":"y"}},"spec":{"a":2},"status":{}})", "status"),
            "3");
}

TEST(strategy, writing_the_status_changes_nothing_else) {
  fixture f;
  auto old = parse(R"({"metadata":{"name":"s","labels":{"a":"b"}},"spec":{"a":1},"status":{}})");
  auto body = parse(R"({"metadata":{"name":"s","labels":{"a":"c"}},"spec":{"a":2},"extra":1,"status":{"x":1}})");
  prepare_for_update({"apps", "v1", "StatefulSet"}, "status", body, old, f.ctx);
  EXPECT_EQ(at(body, {"spec"}), R"({"a":1})");
  EXPECT_EQ(at(body, {"status"}), R"({"x":1})");
  EXPECT_EQ(at(body, {"extra"}), "-");
  EXPECT_EQ(at(body, {"metadata", "labels", "a"}), "\"c\"");
}

TEST(strategy, slices_count_everything_but_metadata) {
  fixture f;
  const api::group_version_kind slice{"discovery.k8s.io", "v1", "EndpointSlice"};
  auto old = parse(R"({"metadata":{"name":"s","generation":1,"annotations":{"a":"b"}},"endpoints":[]})");
  auto body = parse(R"({"metadata":{"name":"s","annotations":{"a":"c"}},"endpoints":[]})");
  prepare_for_update(slice, "", body, old, f.ctx);
  EXPECT_EQ(at(body, {"metadata", "generation"}), "1");
  body["endpoints"] = api::json::parse(R"([{"addresses":["10.0.0.1"]}])");
  prepare_for_update(slice, "", body, old, f.ctx);
  EXPECT_EQ(at(body, {"metadata", "generation"}), "2");
}

TEST(strategy, traits_tell_what_a_put_may_do) {
  EXPECT_TRUE(traits_of({"", "v1", "Service"}).create_on_update);
  EXPECT_FALSE(traits_of(pod_kind).create_on_update);
  EXPECT_FALSE(traits_of({"policy", "v1", "PodDisruptionBudget"}).unconditional_update);
  EXPECT_TRUE(traits_of({"coordination.k8s.io", "v1", "Lease"}).create_on_update);
  EXPECT_FALSE(traits_of({"coordination.k8s.io", "v1", "Lease"}).unconditional_update);
}

TEST(strategy, a_write_that_changes_nothing_is_seen) {
  auto old = parse(R"({"metadata":{"name":"a","resourceVersion":"5","managedFields":[{"manager":"m","time":"1"}]},
"data":{"a":"b"}})");
  EXPECT_TRUE(
      unchanged(parse(R"({"metadata":{"name":"a","resourceVersion":"6","managedFields":[{"manager":"m","time":"2"}]},
"data":{"a":"b"},"spec":{}})"),
                old));
  EXPECT_FALSE(unchanged(
      parse(R"({"metadata":{"name":"a","managedFields":[{"manager":"n","time":"1"}]},"data":{"a":"b"}})"), old));
  EXPECT_FALSE(unchanged(parse(R"({"metadata":{"name":"a"},"data":{"a":"c"}})"), old));
  EXPECT_FALSE(unchanged(parse(R"({"metadata":{"name":"a","resourceVersion":"5","managedFields":[{"manager":"m",
"time":"1"}]}})"),
                         old));
}

} // namespace troupe::policies::strategy
