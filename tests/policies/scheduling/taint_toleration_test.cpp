#include "policies/scheduling/taint_toleration.hpp"
#include "tests/policies/scheduling/builders.hpp"

namespace troupe::policies::scheduling {
namespace {

struct taint_case {
  std::string name, taints, tolerations;
  std::string reason = "";
};
class taint_toleration_test : public testing::TestWithParam<taint_case> {};

TEST_P(taint_toleration_test, decides) {
  auto& c = GetParam();
  auto s = filtered(taint_toleration::make(), *pod("p", R"({"tolerations":)" + c.tolerations + "}"),
                    node({.spec = R"({"taints":)" + c.taints + "}"}));
  EXPECT_EQ(reason(s), c.reason);
  EXPECT_EQ(s.ok(), c.reason.empty());
}
INSTANTIATE_TEST_SUITE_P(
    , taint_toleration_test,
    testing::Values(taint_case{"an_untolerated_taint_is_named", R"([{"key":"k","value":"v","effect":"NoSchedule"}])",
                               "[]", "node(s) had untolerated taint {k: v}"},
                    taint_case{"only_the_first_untolerated_taint_is_named",
                               R"([{"key":"a","effect":"NoExecute"},{"key":"b","effect":"NoSchedule"}])", "[]",
                               "node(s) had untolerated taint {a: }"},
                    taint_case{"equal_key_and_value_tolerate", R"([{"key":"k","value":"v","effect":"NoSchedule"}])",
                               R"([{"key":"k","value":"v"}])"},
                    taint_case{"another_value_does_not", R"([{"key":"k","value":"v","effect":"NoSchedule"}])",
                               R"([{"key":"k","operator":"Equal","value":"w"}])",
                               "node(s) had untolerated taint {k: v}"},
                    taint_case{"exists_tolerates_any_value", R"([{"key":"k","value":"v","effect":"NoSchedule"}])",
                               R"([{"key":"k","operator":"Exists"}])"},
                    taint_case{"another_effect_does_not", R"([{"key":"k","value":"v","effect":"NoSchedule"}])",
                               R"([{"key":"k","operator":"Exists","effect":"NoExecute"}])",
                               "node(s) had untolerated taint {k: v}"},
                    taint_case{"exists_without_key_tolerates_everything",
                               R"([{"key":"k","effect":"NoSchedule"},{"key":"l","effect":"NoExecute"}])",
                               R"([{"operator":"Exists"}])"},
                    taint_case{"a_soft_taint_keeps_nobody_away",
                               R"([{"key":"k",)"
                               R"("effect":"PreferNoSchedule"}])",
                               "[]"}),
    [](auto& i) { return i.param.name; });

TEST(taint_toleration_score_test, nodes_with_fewer_soft_taints_score_higher) {
  auto p = pod("p");
  cluster none;
  cycle c{*p, none, {}, {}};
  auto plug = taint_toleration::make();
  auto soft = node({.spec = R"({"taints":[{"key":"k","effect":"PreferNoSchedule"}]})"});
  std::vector<std::int64_t> scores{plug.score(c, soft), plug.score(c, node())};
  plug.normalize(scores);
  EXPECT_EQ(scores, (std::vector<std::int64_t>{0, 100}));
}

TEST(taint_toleration_hint_test, only_the_end_of_the_taint_helps) {
  auto tainted = node({.spec = R"({"taints":[{"key":"k","effect":"NoSchedule"}]})"}), clean = node();
  auto hint = taint_toleration::make().hint;
  EXPECT_TRUE(hint(*pod("p"), {cluster_event::kind::node_updated, &tainted, &clean}));
  EXPECT_FALSE(hint(*pod("p"), {cluster_event::kind::node_updated, &clean, &clean}));
  EXPECT_FALSE(hint(*pod("p"), {cluster_event::kind::node_added, nullptr, &tainted}));
}

} // namespace
} // namespace troupe::policies::scheduling
