#include "policies/validation/metadata.hpp"
#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

TEST(selector, expressions) {
  auto base = with_template("");
  run_rules("apps/v1", "ReplicaSet", base,
            {{"all operators",
              {{"spec.selector.matchExpressions",
                R"([{"key":"app","operator":"In","values":["x"]},{"key":"b","operator":"NotIn","values":["c"]},
{"key":"app","operator":"Exists"},{"key":"d","operator":"DoesNotExist"}])"}},
              {}},
             {"no values",
              {{"spec.selector.matchExpressions", R"([{"key":"app","operator":"In"}])"}},
              {"spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or "
               "'NotIn'"}},
             {"an unknown operator",
              {{"spec.selector.matchExpressions", R"([{"key":"app","operator":"x"}])"}},
              {"spec.selector.matchExpressions[0].operator: Invalid value: \"x\": not a valid selector operator"}}});
}

TEST(selector, conditions) {
  auto check = [](std::string_view list) {
    api::field_errors errors;
    report out(errors);
    auto document = json::parse(list);
    check_conditions(out, field_path("c"), &document.as_array());
    return errors;
  };
  constexpr std::string_view good =
      R"({"type":"Ready","status":"True","reason":"Ok","lastTransitionTime":"2026-01-01T00:00:00Z"})";
  expect_errors(check("[" + std::string(good) + "]"), {});
  expect_errors(check("[" + std::string(good) + "," + std::string(good) + "]"),
                {"c[1].type: Duplicate value: \"Ready\""});
  expect_errors(check(R"([{"type":"Ready","status":"x"}])"),
                {"c[0].status: Unsupported value: \"x\": supported values: \"False\", \"True\", \"Unknown\"",
                 "c[0].lastTransitionTime: Required value: must be set", "c[0].reason: Required value: must be set"});
}

} // namespace troupe::policies::validation
