#include "policies/scheduling/resources_fit.hpp"
#include "tests/policies/scheduling/builders.hpp"

namespace troupe::policies::scheduling {
namespace {

struct fit_case {
  std::string name;
  std::string wants = "{}";
  std::string allocatable = R"({"cpu":"2","memory":"1Gi","pods":"10","ephemeral-storage":"1Gi"})";
  std::string taken = R"({"cpu":"1500m"})";
  code what = code::success;
  std::vector<std::string> reasons = {};
};
class resources_fit_test : public testing::TestWithParam<fit_case> {};
std::string containers(const std::string& requests) {
  return R"({"containers":[{"resources":{"requests":)" + requests + "}}]}";
}

TEST_P(resources_fit_test, decides) {
  auto& c = GetParam();
  auto n = node({.allocatable = c.allocatable});
  n.add(pod("other", containers(c.taken)));
  auto s = filtered(resources_fit::make(), *pod("p", containers(c.wants)), n);
  EXPECT_EQ(s.what(), c.what);
  EXPECT_EQ(s.reasons(), c.reasons);
}
INSTANTIATE_TEST_SUITE_P(
    , resources_fit_test,
    testing::Values(fit_case{.name = "exactly_what_is_left_fits", .wants = R"({"cpu":"500m"})"},
                    fit_case{.name = "a_milli_core_more_does_not",
                             .wants = R"({"cpu":"501m"})",
                             .what = code::unschedulable,
                             .reasons = {"Insufficient cpu"}},
                    fit_case{.name = "more_than_the_empty_node_has_cannot_be_helped",
                             .wants = R"({"cpu":"2001m"})",
                             .what = code::unschedulable_and_unresolvable,
                             .reasons = {"Insufficient cpu"}},
                    fit_case{.name = "all_shortages_are_told_in_order",
                             .wants = R"({"ephemeral-storage":"2Gi","memory":"2Gi","cpu":"1"})",
                             .what = code::unschedulable_and_unresolvable,
                             .reasons = {"Insufficient cpu", "Insufficient memory", "Insufficient ephemeral-storage"}},
                    fit_case{.name = "a_full_node_takes_no_pod",
                             .allocatable = R"({"cpu":"2","pods":"1"})",
                             .what = code::unschedulable,
                             .reasons = {"Too many pods"}},
                    fit_case{.name = "extended_resources_count",
                             .wants = R"({"example.com/gpu":"1"})",
                             .allocatable = R"({"cpu":"2","pods":"9","example.com/gpu":"1"})",
                             .taken = R"({"example.com/gpu":"1"})",
                             .what = code::unschedulable,
                             .reasons = {"Insufficient example.com/gpu"}},
                    fit_case{.name = "no_request_fits_a_node_that_is_overcommitted", .taken = R"({"cpu":"5"})"}),
    [](auto& i) { return i.param.name; });

TEST(resources_fit_score_test, the_share_that_is_left_is_the_score) {
  auto n = node({.allocatable = R"({"cpu":"4","memory":"1000"})"});
  EXPECT_EQ(resources_fit::least_allocated(*pod("p", requesting("1", "500")), n), (75 + 50) / 2);
  EXPECT_EQ(resources_fit::least_allocated(*pod("p", requesting("5", "500")), n), 25);
}

TEST(resources_fit_hint_test, an_event_helps_only_where_the_pod_fits_afterwards) {
  auto hint = resources_fit::make().hint;
  auto n = node();
  cluster_event removed{cluster_event::kind::pod_removed, nullptr, &n};
  EXPECT_TRUE(hint(*pod("p", requesting("4")), removed));
  EXPECT_FALSE(hint(*pod("p", requesting("5")), removed));
}

} // namespace
} // namespace troupe::policies::scheduling
