#include "policies/scheduling/node_affinity.hpp"
#include "tests/policies/scheduling/builders.hpp"

namespace troupe::policies::scheduling {
namespace {

struct affinity_case {
  std::string name, spec;
  bool fits = false;
};
class node_affinity_test : public testing::TestWithParam<affinity_case> {};
std::string required(const std::string& terms) {
  return R"({"affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":)" +
         terms + "}}}}";
}

TEST_P(node_affinity_test, decides) {
  auto s =
      filtered(node_affinity::make(), *pod("p", GetParam().spec), node({.labels = R"({"disk":"ssd","cores":"8"})"}));
  EXPECT_EQ(s.ok(), GetParam().fits);
  if (!s.ok()) {
    EXPECT_EQ(s.what(), code::unschedulable_and_unresolvable);
    EXPECT_EQ(reason(s), "node(s) didn't match Pod's node affinity/selector");
  }
}
INSTANTIATE_TEST_SUITE_P(
    , node_affinity_test,
    testing::Values(
        affinity_case{"no_selector_fits", "{}", true},
        affinity_case{"a_selector_that_holds_fits", R"({"nodeSelector":{"disk":"ssd"}})", true},
        affinity_case{"all_members_of_the_selector_must_hold", R"({"nodeSelector":{"disk":"ssd","zone":"a"}})"},
        affinity_case{"in",
                      required(R"([{"matchExpressions":[{"key":"disk","operator":"In","values":["ssd",)"
                               R"("hdd"]}]}])"),
                      true},
        affinity_case{"not_in",
                      required(R"([{"matchExpressions":[{"key":"disk","operator":"NotIn","values":["ssd"]}]}])")},
        affinity_case{"not_in_holds_without_the_label",
                      required(R"([{"matchExpressions":[{"key":"gpu","operator":"NotIn","values":["x"]}]}])"), true},
        affinity_case{"exists", required(R"([{"matchExpressions":[{"key":"gpu","operator":"Exists"}]}])")},
        affinity_case{"does_not_exist",
                      required(R"([{"matchExpressions":[{"key":"gpu",)"
                               R"("operator":"DoesNotExist"}]}])"),
                      true},
        affinity_case{"greater_than",
                      required(R"([{"matchExpressions":[{"key":"cores","operator":"Gt","values":["7"]}]}])"), true},
        affinity_case{"less_than",
                      required(R"([{"matchExpressions":[{"key":"cores","operator":"Lt","values":["8"]}]}])")},
        affinity_case{
            "one_of_the_terms_is_enough",
            required(R"([{"matchExpressions":[{"key":"gpu","operator":"Exists"}]},{"matchExpressions":[{"key":"disk",)"
                     R"("operator":"Exists"}]}])"),
            true},
        affinity_case{"an_empty_term_matches_nothing", required("[{}]")},
        affinity_case{"no_terms_match_nothing", required("[]")},
        affinity_case{"a_node_by_name",
                      required(R"([{"matchFields":[{"key":"metadata.name","operator":"In","values":[)"
                               R"("n1"]}]}])"),
                      true},
        affinity_case{"all_nodes_but_one",
                      required(R"([{"matchFields":[{"key":"metadata.name","operator":"NotIn","values":["n1"]}]}])")},
        affinity_case{"selector_and_affinity_must_both_hold",
                      R"({"nodeSelector":{"disk":"hdd"},"affinity":{"nodeAffinity":{)"
                      R"("requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{)"
                      R"("key":"disk","operator":"Exists"}]}]}}}})"}),
    [](auto& i) { return i.param.name; });

TEST(node_affinity_pre_filter_test, names_in_match_fields_leave_only_those_nodes) {
  auto p = pod("p", required(R"([{"matchFields":[{"key":"metadata.name","operator":"In","values":["b","a"]}]}])"));
  cluster none;
  cycle c{*p, none, {}, {}};
  EXPECT_TRUE(node_affinity::make().pre_filter(c).ok());
  EXPECT_EQ(c.only_nodes, (std::vector<std::string>{"a", "b"}));
}

TEST(node_affinity_pre_filter_test, terms_that_contradict_themselves_are_told) {
  auto p = pod(
      "p", required(R"([{"matchFields":[{"key":"metadata.name","operator":"In","values":["a"]},{"key":"metadata.name",)"
                    R"("operator":"In","values":["b"]}]}])"));
  cluster none;
  cycle c{*p, none, {}, {}};
  EXPECT_EQ(reason(node_affinity::make().pre_filter(c)), "pod affinity terms conflict");
}

TEST(node_affinity_score_test, weights_of_matching_preferences_add_up) {
  auto p = pod("p", R"({"affinity":{"nodeAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[
    {"weight":5,"preference":{"matchExpressions":[{"key":"disk","operator":"Exists"}]}},
    {"weight":20,"preference":{"matchExpressions":[{"key":"gpu","operator":"Exists"}]}}]}}})");
  cluster none;
  cycle c{*p, none, {}, {}};
  auto plug = node_affinity::make();
  EXPECT_EQ(plug.score(c, node({.labels = R"({"disk":"ssd"})"})), 5);
  EXPECT_EQ(plug.score(c, node({.labels = R"({"disk":"ssd","gpu":"x"})"})), 25);
  EXPECT_EQ(plug.score(c, node()), 0);
}

} // namespace
} // namespace troupe::policies::scheduling
