#include "policies/pipeline/write.hpp"
#include "policies/schema/registry.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::pipeline {
namespace {

struct one_namespace final : admission::lookup {
  api::object_ptr ns = api::object::parse(
      R"({"kind":"Namespace","apiVersion":"v1","metadata":{"name":"a"},"status":{"phase":"Active"}})");
  api::object_ptr namespace_named(std::string_view name) const override { return name == "a" ? ns : nullptr; }
  api::object_ptr service_account(std::string_view, std::string_view) const override { return nullptr; }
  api::object_ptr priority_class(std::string_view) const override { return nullptr; }
  api::object_ptr pod(std::string_view, std::string_view) const override { return nullptr; }
  api::object_ptr node(std::string_view) const override { return nullptr; }
  std::vector<api::object_ptr> limit_ranges(std::string_view) const override { return {}; }
  std::vector<api::object_ptr> resource_quotas(std::string_view) const override { return {}; }
  std::vector<api::object_ptr> priority_classes() const override { return {}; }
  std::vector<api::object_ptr> storage_classes() const override { return {}; }
  std::vector<api::object_ptr> ingress_classes() const override { return {}; }
};

struct write_test : testing::Test {
  one_namespace view;
  std::uint64_t drawn = 0;
  strategy::random_source random = [this] { return ++drawn; };
  const schema::descriptor& type = *schema::registry::builtin().find("", "v1", "configmaps");
  write_context context(std::string ns, std::string name = {}) {
    return {type,   "",  std::move(ns), std::move(name), {"u", {}}, false, *api::parse_time("2026-01-01T00:00:00Z"),
            random, view};
  }
  static api::json::object body(std::string_view text) { return api::json::parse(text).as_object(); }
};

TEST_F(write_test, a_create_gets_its_system_fields) {
  auto made =
      prepare_create(context("a"), body(R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"generateName":"x-"}})"));
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_TRUE(api::string_at(*made, {"metadata", "name"}).starts_with("x-"));
  EXPECT_EQ(api::string_at(*made, {"metadata", "namespace"}), "a");
  EXPECT_EQ(api::string_at(*made, {"metadata", "creationTimestamp"}), "2026-01-01T00:00:00Z");
  EXPECT_FALSE(api::string_at(*made, {"metadata", "uid"}).empty());
  EXPECT_TRUE(check_create(context("a"), *made));
}

TEST_F(write_test, a_create_is_refused_with_kubernetes_words) {
  auto other = prepare_create(context("a"), body(R"({"metadata":{"name":"x","namespace":"b"}})"));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().message,
            "the namespace of the provided object does not match the namespace sent on the request");
  auto versioned = prepare_create(context("a"), body(R"({"metadata":{"name":"x","resourceVersion":"5"}})"));
  ASSERT_FALSE(versioned);
  EXPECT_EQ(versioned.error().message, "resourceVersion should not be set on objects to be created");
  auto nowhere = prepare_create(context("b"), body(R"({"metadata":{"name":"x"}})"));
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().message, "namespaces \"b\" not found");
}

TEST_F(write_test, an_update_keeps_identity_and_checks_preconditions) {
  auto old = api::object::parse(
      R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"x","namespace":"a","uid":"u1",)"
      R"("creationTimestamp":"2025-01-01T00:00:00Z"},"data":{"k":"1"}})",
      7);
  auto fresh = prepare_update(context("a", "x"), body(R"({"metadata":{"name":"x"},"data":{"k":"2"}})"), *old);
  ASSERT_TRUE(fresh) << fresh.error().message;
  EXPECT_EQ(api::string_at(*fresh, {"metadata", "uid"}), "u1");
  EXPECT_EQ(*check_update(context("a", "x"), *fresh, *old), update_outcome::store);
  auto same = prepare_update(context("a", "x"), api::json::object(old->body()), *old);
  ASSERT_TRUE(same);
  EXPECT_EQ(*check_update(context("a", "x"), *same, *old), update_outcome::unchanged);
  auto stale = prepare_update(context("a", "x"), body(R"({"metadata":{"name":"x","resourceVersion":"6"}})"), *old);
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().code, 409);
  EXPECT_NE(stale.error().message.find("the object has been modified"), std::string::npos);
  auto another = prepare_update(context("a", "x"), body(R"({"metadata":{"name":"x","uid":"u2"}})"), *old);
  ASSERT_FALSE(another);
  EXPECT_EQ(another.error().code, 409);
  auto misnamed = prepare_update(context("a", "x"), body(R"({"metadata":{"name":"y"}})"), *old);
  ASSERT_FALSE(misnamed);
  EXPECT_EQ(misnamed.error().message, "the name of the object (y) does not match the name on the URL (x)");
}

TEST_F(write_test, the_last_finalizer_of_a_deleted_object_takes_it_along) {
  auto old =
      api::object::parse(R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"x","namespace":"a","uid":"u1",
    "creationTimestamp":"2025-01-01T00:00:00Z","deletionTimestamp":"2025-01-02T00:00:00Z",
    "deletionGracePeriodSeconds":0,"finalizers":["a.b/c"]}})",
                         7);
  auto next = api::json::object(old->body());
  api::erase_at(next, {"metadata", "finalizers"});
  auto prepared = prepare_update(context("a", "x"), std::move(next), *old);
  ASSERT_TRUE(prepared) << prepared.error().message;
  EXPECT_EQ(*check_update(context("a", "x"), *prepared, *old), update_outcome::remove);
}

} // namespace
} // namespace troupe::policies::pipeline
