#include "policies/api/object_table.hpp"
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace troupe::api {

namespace {

object_ptr pod(std::string_view ns, std::string_view name, std::string_view owner = {}) {
  json::object meta{{"namespace", ns}, {"name", name}};
  if (!owner.empty()) meta["ownerReferences"] = json::array{json::object{{"uid", owner}, {"controller", true}}};
  return object::make({{"metadata", std::move(meta)}});
}

TEST(object_table, lists_a_namespace_in_order_of_name) {
  object_table table;
  for (auto& [ns, name] : {std::pair{"b", "x"}, {"a", "z"}, {"a", "y"}, {"aa", "w"}, {"", "cluster"}})
    table.put(pod(ns, name));
  std::string names;
  for (auto& o : table.in_namespace("a")) names += o->name();
  EXPECT_EQ(names, "yz");
  EXPECT_EQ(table.in_namespace("").size(), 1u);
  EXPECT_EQ(table.size(), 5u);
}

TEST(object_table, the_index_of_owners_follows_changes) {
  object_table table;
  table.put(pod("a", "p", "one"));
  table.put(pod("a", "q", "one"));
  EXPECT_EQ(table.controlled_by("one").size(), 2u);
  table.put(pod("a", "p", "two"));
  EXPECT_EQ(table.controlled_by("one").size(), 1u);
  EXPECT_EQ(table.controlled_by("two").size(), 1u);
  table.put(pod("a", "p"));
  EXPECT_TRUE(table.controlled_by("two").empty());
  table.erase({"a", "q"});
  EXPECT_TRUE(table.controlled_by("one").empty());
  EXPECT_EQ(table.find({"a", "q"}), nullptr);
  EXPECT_NE(table.find({"a", "p"}), nullptr);
  table.clear();
  EXPECT_EQ(table.size(), 0u);
}

} // namespace

} // namespace troupe::api
