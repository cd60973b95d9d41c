#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

TEST(limit_range, of_a_new_one) {
  auto limit = [](std::string_view body) { return std::vector<change>{{"spec.limits", body}}; };
  run_rules(
      "v1", "LimitRange", R"({"metadata":{"name":"l","namespace":"n"},"spec":{"limits":[{"type":"Container",
"max":{"cpu":"2"},"min":{"cpu":"1"}}]}})",
      {{"a good one", {}, {}},
       {"an unknown type",
        limit(R"([{"type":"x"}])"),
        {"spec.limits[0].type: Invalid value: \"x\": must be a standard limit type or fully qualified"}},
       {"a type twice", limit(R"([{"type":"Pod"},{"type":"Pod"}])"), {"spec.limits[1].type: Duplicate value: \"Pod\""}},
       {"defaults for pods",
        limit(R"([{"type":"Pod","default":{"cpu":"1"}}])"),
        {"spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'"}},
       {"claims without bounds",
        limit(R"([{"type":"PersistentVolumeClaim"}])"),
        {"spec.limits[0].limits: Required value: either minimum or maximum storage value is required, but neither was "
         "provided"}},
       {"a minimum above the maximum",
        limit(R"([{"type":"Container","min":{"cpu":"2"},"max":{"cpu":"1"}}])"),
        {"spec.limits[0].min[cpu]: Invalid value: \"2\": min value 2 is greater than max value 1"}},
       {"a request above the limit",
        limit(R"([{"type":"Container","defaultRequest":{"cpu":"2"},"default":{"cpu":"1"}}])"),
        {"spec.limits[0].defaultRequest[cpu]: Invalid value: \"2\": default request value 2 is greater than default "
         "limit value 1"}},
       {"a ratio below one",
        limit(R"([{"type":"Container","maxLimitRequestRatio":{"cpu":"500m"}}])"),
        {"spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: \"500m\": ratio 500m is less than 1"}},
       {"a ratio that cannot be",
        limit(R"([{"type":"Container","min":{"cpu":"1"},"max":{"cpu":"2"},
"maxLimitRequestRatio":{"cpu":"3"}}])"),
        {"spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: \"3\": ratio 3 is greater than max/min = "
         "2.000000"}}});
}

} // namespace troupe::policies::validation
