#include "policies/validation/job_policies.hpp"
#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

namespace {

std::vector<std::string> complaints(std::string_view spec,
                                    void (*check)(report&, const field_path&, const json::object&)) {
  api::field_errors errors;
  report out(errors);
  check(out, field_path("spec"), json::parse(spec).as_object());
  std::vector<std::string> texts;
  for (auto& e : errors)
    texts.push_back(e.field + ": " + e.message());
  return texts;
}
using texts = std::vector<std::string>;

} // namespace

TEST(job_policies, of_failures) {
  auto check = [](std::string_view rule) {
    return complaints(R"({"template":{"spec":{"containers":[{"name":"c"}]}},"podFailurePolicy":{"rules":[)" +
                          std::string(rule) + "]}}",
                      check_failure_policy);
  };
  EXPECT_EQ(check(R"({"action":"Ignore","onPodConditions":[{"type":"DisruptionTarget","status":"True"}]})"), texts{});
  EXPECT_EQ(check(R"({"action":"FailJob","onExitCodes":{"containerName":"c","operator":"In","values":[1,42]}})"),
            texts{});
  EXPECT_EQ(check(R"({"action":"FailIndex","onExitCodes":{"operator":"In","values":[1]}})"),
            texts{"spec.podFailurePolicy.rules[0].action: Invalid value: \"FailIndex\": requires the "
                  "backoffLimitPerIndex to be set"});
  EXPECT_EQ(check(R"({"action":"x"})").size(), 2u);
  EXPECT_EQ(check(R"({"action":"Count"})"), texts{"spec.podFailurePolicy.rules[0]: Invalid value: specifying one of "
                                                  "OnExitCodes and OnPodConditions is required"});
  EXPECT_EQ(check(R"({"action":"Count","onExitCodes":{"containerName":"d","operator":"In","values":[0]}})"),
            (texts{"spec.podFailurePolicy.rules[0].onExitCodes.containerName: Invalid value: \"d\": must be one of the "
                   "container or initContainer names in the pod template",
                   "spec.podFailurePolicy.rules[0].onExitCodes.values[0]: Invalid value: 0: must not be 0 for the In "
                   "operator"}));
  EXPECT_EQ(check(R"({"action":"Count","onExitCodes":{"operator":"NotIn","values":[2,1]}})"),
            texts{"spec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: [2,1]: must be ordered"});
}

TEST(job_policies, of_success) {
  auto check = [](std::string_view rule) {
    return complaints(R"({"completionMode":"Indexed","completions":5,"successPolicy":{"rules":[)" + std::string(rule) +
                          "]}}",
                      check_success_policy);
  };
  EXPECT_EQ(check(R"({"succeededIndexes":"0,2-4","succeededCount":4})"), texts{});
  EXPECT_EQ(check(""), texts{"spec.successPolicy.rules: Required value: at least one rules must be specified when the "
                             "successPolicy is specified"});
  EXPECT_EQ(check("{}"), texts{"spec.successPolicy.rules[0]: Required value: at least one of succeededCount or "
                               "succeededIndexes must be specified"});
  EXPECT_EQ(check(R"({"succeededCount":6})"),
            texts{"spec.successPolicy.rules[0].succeededCount: Invalid value: 6: must be less than or equal to 5 (the "
                  "number of specified completions)"});
  EXPECT_EQ(check(R"({"succeededIndexes":"0","succeededCount":2})").size(), 1u);
}

TEST(job_policies, index_lists_increase) {
  EXPECT_EQ(count_indexes("", 5), 0);
  EXPECT_EQ(count_indexes("0,2-4", 5), 4);
  for (auto text : {"5", "2,1", "1,1", "3-2", "3-3", "a", "1,", ",1", "-1", "1-", "1-2-3"})
    EXPECT_FALSE(count_indexes(text, 5)) << text;
}

} // namespace troupe::policies::validation
