#include "policies/controllers/claim.hpp"
#include "world.hpp"
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace troupe::policies::controllers {

namespace {

TEST(claim, follows_the_rule_of_ownership) {
  struct { std::string name, metadata; bool owned; int changes; } cases[] = {
    {"its own and selected", "'labels':{'a':'b'},'ownerReferences':[{'uid':'u','controller':true}]", true, 0},
    {"its own and no longer selected", "'ownerReferences':[{'uid':'u','controller':true}]", false, 1},
    {"somebody else's", "'labels':{'a':'b'},'ownerReferences':[{'uid':'x','controller':true}]", false, 0},
    {"nobody's and selected", "'labels':{'a':'b'}", true, 1},
    {"owned without a controller and selected", "'labels':{'a':'b'},'ownerReferences':[{'uid':'x'}]", true, 1},
    {"nobody's and not selected", "'labels':{'a':'c'}", false, 0},
    {"nobody's and going away", "'labels':{'a':'b'},'deletionTimestamp':'x'", false, 0},
  };
  auto selector = *api::label_selector::parse("a=b");
  auto owner = object("{'metadata':{'name':'o','uid':'u'}}");
  auto leaving = object("{'metadata':{'name':'o','uid':'u','deletionTimestamp':'x'}}");
  for (auto& c : cases) {
    auto candidate = object(fmt::format("{{'metadata':{{'name':'p',{}}}}}", c.metadata));
    auto out = claim({*owner, "apps/v1", "ReplicaSet"}, {"", "pods"}, selector, {candidate});
    EXPECT_EQ(out.owned.size(), c.owned ? 1u : 0u) << c.name;
    EXPECT_EQ(out.changes.size(), std::size_t(c.changes)) << c.name;
    EXPECT_TRUE(claim({*leaving, "apps/v1", "ReplicaSet"}, {"", "pods"}, selector, {candidate}).changes.empty())
        << c.name;
  }
}

TEST(claim, adopting_keeps_other_owners) {
  auto owner = object("{'metadata':{'name':'o','uid':'u'}}");
  auto candidate = object("{'metadata':{'name':'p','labels':{'a':'b'},'ownerReferences':[{'uid':'x'}]}}");
  auto out = claim({*owner, "apps/v1", "ReplicaSet"}, {"", "pods"}, *api::label_selector::parse("a=b"), {candidate});
  EXPECT_EQ(api::array_at(out.changes[0].body, {"metadata", "ownerReferences"})->size(), 2u);
}

} // namespace

} // namespace troupe::policies::controllers
