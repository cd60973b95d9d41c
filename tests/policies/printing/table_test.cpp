#include "policies/printing/table.hpp"
#include "row_of.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::printing {

namespace {

const api::group_version_kind config_map{"", "v1", "ConfigMap"};
const api::group_version_kind pod{"", "v1", "Pod"};

api::object_ptr some_map() {
  return api::object::parse(
      R"({"metadata":{"name":"a","resourceVersion":"5","creationTimestamp":"2026-11-22T11:59:57Z"}})");
}

TEST(table, of_a_list) {
  std::vector<api::object_ptr> objects{some_map()};
  auto out = table_of_list(config_map, objects, {"7", "token", 3}, {.now = noon()});
  EXPECT_EQ(out.at("kind"), "Table");
  EXPECT_EQ(out.at("apiVersion"), "meta.k8s.io/v1");
  EXPECT_EQ(json::serialize(out.at("metadata")),
            R"({"resourceVersion":"7","continue":"token","remainingItemCount":3})");
  EXPECT_EQ(
      json::serialize(out.at("columnDefinitions").at(0)),
      R"({"name":"Name","type":"string","format":"name","description":"Name of the object, unique among its like.",)"
      R"("priority":0})");
  EXPECT_EQ(
      json::serialize(out.at("rows")),
      R"([{"cells":["a",0,"3s"],"object":{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":)"
      R"({"name":"a","resourceVersion":"5","creationTimestamp":"2026-11-22T11:59:57Z"}}}])");
}

TEST(table, rows_carry_what_was_asked_for) {
  auto object = some_map();
  EXPECT_EQ(table_row(config_map, object->body(), {.include = include_object::none}).at("object"), nullptr);
  EXPECT_EQ(table_row(config_map, object->body(), {.include = include_object::object}).at("object"),
            json::value(object->body()));
  auto beta = table_of_object(config_map, object->body(), {.version = "v1beta1"});
  EXPECT_EQ(beta.at("apiVersion"), "meta.k8s.io/v1beta1");
  EXPECT_EQ(beta.at("rows").at(0).at("object").at("apiVersion"), "meta.k8s.io/v1beta1");
  EXPECT_EQ(beta.at("metadata").at("resourceVersion"), "5");
}

TEST(table, later_events_come_without_columns) {
  auto object = some_map();
  EXPECT_EQ(
      table_of_event(config_map, object->body(), {}, head::with_columns).at("columnDefinitions").as_array().size(), 3u);
  EXPECT_TRUE(
      table_of_event(config_map, object->body(), {}, head::without_columns).at("columnDefinitions").as_array().empty());
}

TEST(table, finished_pods_are_marked) {
  auto body = json::parse(made(R"("spec":{},"status":{"phase":"Succeeded"})")).as_object();
  EXPECT_EQ(
      json::serialize(table_row(pod, body, {}).at("conditions")),
      R"([{"type":"Completed","status":"True","reason":"Succeeded","message":"The pod has completed successfully."}])");
  auto running = json::parse(made(R"("spec":{},"status":{"phase":"Running"})")).as_object();
  EXPECT_FALSE(table_row(pod, running, {}).contains("conditions"));
}

TEST(table, include_object_has_three_words) {
  EXPECT_EQ(*parse_include_object(""), include_object::metadata);
  EXPECT_EQ(*parse_include_object("None"), include_object::none);
  EXPECT_EQ(*parse_include_object("Object"), include_object::object);
  EXPECT_EQ(parse_include_object("all").error().message, "unrecognized includeObject value: \"all\"");
}

} // namespace

} // namespace troupe::policies::printing
