#include "policies/api/object.hpp"
#include <gtest/gtest.h>
#include <thread>

namespace troupe::api {

namespace {

TEST(object, answers_what_everybody_asks) {
  auto o = object::parse(R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","namespace":"n","uid":"u",
    "resourceVersion":"12","generation":3,"labels":{"x":"y"},
    "ownerReferences":[{"uid":"1"},{"uid":"2","controller":true}]},
    "spec":{"nodeName":"n1"}})");
  ASSERT_TRUE(o);
  EXPECT_EQ(o->key().text(), "n/a");
  EXPECT_EQ(o->revision(), 12);
  EXPECT_EQ(o->generation(), 3);
  EXPECT_EQ(o->uid(), "u");
  EXPECT_EQ(string_at(o->spec(), {"nodeName"}), "n1");
  EXPECT_TRUE(o->status().empty());
  EXPECT_TRUE(o->annotations().empty());
  EXPECT_EQ(string_at(o->labels(), {"x"}), "y");
  EXPECT_EQ(string_at(*o->controller_owner(), {"uid"}), "2");
  EXPECT_FALSE(o->deleting());
}

TEST(object, a_given_revision_becomes_the_resource_version) {
  auto o = object::parse(R"({"metadata":{"name":"a","resourceVersion":"3"}})", 9);
  EXPECT_EQ(o->revision(), 9);
  EXPECT_EQ(string_at(o->metadata(), {"resourceVersion"}), "9");
  EXPECT_NE(o->encoded()->find("\"resourceVersion\":\"9\""), std::string::npos);
}

TEST(object, refuses_what_is_no_object) {
  for (auto text : {"", "[]", "{", "{} x", "\"a\"", "null"}) EXPECT_EQ(object::parse(text), nullptr) << text;
  EXPECT_EQ(object::parse("{\"a\":" + std::string(200, '[') + std::string(200, ']') + "}"), nullptr);
}

TEST(object, is_encoded_once_whoever_asks) {
  auto o = object::make({{"metadata", {{"name", "a"}}}});
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i) readers.emplace_back([&] { EXPECT_EQ(*o->encoded(), R"({"metadata":{"name":"a"}})"); });
  for (auto& r : readers) r.join();
  EXPECT_EQ(o->encoded(), o->encoded());
}

TEST(object, parts_are_copied_by_many_threads_and_outlive_the_object) {
  auto text = R"({"metadata":{"name":"a"},"spec":{"list":[)" + std::string(2000, ' ') + R"(1,2,"three",{"x":"y"}]}})";
  auto o = object::parse(text);
  std::vector<json::value> copies(4);
  std::vector<std::thread> writers;
  for (auto& copy : copies)
    writers.emplace_back([&copy, &o] {
      for (int i = 0; i < 200; ++i) {
        json::object spec = o->spec();
        spec["list"].as_array().push_back(i);
        spec["more"] = std::string(100, 'm');
        copy = json::value(std::move(spec));
      }
    });
  for (auto& w : writers) w.join();
  o.reset();
  for (auto& copy : copies) {
    EXPECT_EQ(copy.at("list").as_array().size(), 5u);
    EXPECT_EQ(copy.at("list").as_array()[3].at("x"), "y");
  }
}

TEST(object, an_unreadable_revision_is_zero) {
  EXPECT_EQ(object::parse(R"({"metadata":{"resourceVersion":"12x"}})")->revision(), 0);
}

} // namespace

} // namespace troupe::api
