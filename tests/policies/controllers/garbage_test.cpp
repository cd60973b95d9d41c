#include "policies/controllers/garbage.hpp"
#include "world.hpp"
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace troupe::policies::controllers {

namespace {

const api::group_resource things{"", "things"};

struct garbage : testing::Test {
  owner_graph graph;
  std::set<std::string, std::less<>> absent;

  std::vector<std::string> put(std::string_view name, std::string_view members = "") {
    return graph.put(things, object(fmt::format("{{'metadata':{{'name':'{0}','uid':'{0}'{1}}}}}", name, members)));
  }
  static std::string owned_by(std::initializer_list<std::string_view> owners, std::string_view more = "") {
    std::string list;
    for (auto o : owners)
      list += fmt::format("{}{{'apiVersion':'v1','kind':'Thing','name':'{}','uid':'{}','blockOwnerDeletion':true}}",
                          list.empty() ? "" : ",", o, o);
    return fmt::format(",'ownerReferences':[{}]{}", list, more);
  }
  garbage_plan next(std::string_view uid) { return plan_garbage({graph, absent}, uid); }
};

constexpr auto foreground = ",'deletionTimestamp':'x','finalizers':['foregroundDeletion']";

TEST_F(garbage, an_object_goes_when_its_last_owner_is_gone) {
  put("d", owned_by({"o"}));
  auto first = next("d");
  EXPECT_TRUE(first.steps.idle()) << "the view may lag behind";
  ASSERT_EQ(first.verify.size(), 1u);
  EXPECT_EQ(first.verify[0].name, "o");
  absent.insert("o");
  auto p = next("d").steps;
  EXPECT_EQ(steps_of(p), "remove things/d");
  EXPECT_EQ(p.batches[0][0].uid, "d");
  EXPECT_EQ(p.batches[0][0].policy, propagation::background);
}

TEST_F(garbage, an_object_with_an_owner_stays_and_drops_those_that_are_gone) {
  put("a");
  put("d", owned_by({"a"}));
  EXPECT_TRUE(next("d").steps.idle());
  put("d", owned_by({"a", "b"}));
  absent.insert("b");
  auto p = next("d").steps;
  EXPECT_EQ(steps_of(p), "update things/d");
  EXPECT_EQ(api::array_at(p.batches[0][0].body, {"metadata", "ownerReferences"})->size(), 1u);
}

TEST_F(garbage, a_foreground_owner_waits_for_its_dependents) {
  put("o", foreground);
  put("d", owned_by({"o"}));
  EXPECT_TRUE(next("o").steps.idle());
  EXPECT_EQ(steps_of(next("d").steps), "remove things/d");
  auto affected = graph.erase(*graph.find("d")->object);
  EXPECT_EQ(affected, std::vector<std::string>{"o"});
  auto p = next("o").steps;
  EXPECT_EQ(steps_of(p), "update things/o");
  EXPECT_TRUE(api::array_at(p.batches[0][0].body, {"metadata", "finalizers"})->empty());
}

TEST_F(garbage, foreground_goes_down_the_chain) {
  put("o", foreground);
  put("d", owned_by({"o"}));
  put("e", owned_by({"d"}));
  auto p = next("d").steps;
  EXPECT_EQ(p.batches.at(0).at(0).policy, propagation::foreground);
  put("e", owned_by({"d"}, foreground));
  EXPECT_EQ(steps_of(next("d").steps), "update things/d; remove things/d") << "a circle is broken";
}

TEST_F(garbage, an_orphaning_owner_releases_its_dependents) {
  put("d", owned_by({"o"}));
  put("o", ",'deletionTimestamp':'x','finalizers':['orphan']");
  auto p = next("o").steps;
  EXPECT_EQ(steps_of(p), "update things/d; update things/o");
  EXPECT_FALSE(p.batches[0][0].body.at("metadata").as_object().contains("ownerReferences"));
}

TEST_F(garbage, changes_name_whom_they_concern) {
  EXPECT_TRUE(put("o").empty());
  EXPECT_EQ(put("d", owned_by({"o"})), std::vector<std::string>{"d"});
  EXPECT_EQ(put("o", foreground), (std::vector<std::string>{"o", "d"}));
  EXPECT_EQ(graph.erase(*graph.find("o")->object), std::vector<std::string>{"d"});
  EXPECT_EQ(graph.size(), 1u);
  EXPECT_EQ(put("d"), std::vector<std::string>{"o"}) << "a dependent that leaves its owner may release it";
  EXPECT_TRUE(next("nobody").steps.idle());
}

TEST_F(garbage, an_owner_in_another_namespace_does_not_count) {
  graph.put(things, object("{'metadata':{'name':'o','uid':'o','namespace':'m'}}"));
  graph.put(things, object("{'metadata':{'name':'d','uid':'d','namespace':'n','ownerReferences':[{'uid':'o'}]}}"));
  EXPECT_EQ(next("d").verify.size(), 1u);
}

} // namespace

} // namespace troupe::policies::controllers
