#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

TEST(job_status, outcomes_are_consistent) {
  constexpr std::string_view running =
      R"({"metadata":{"name":"j","namespace":"n"},"spec":{},"status":{"active":1,"failed":2,
"startTime":"2026-01-01T00:00:00Z"}})";
  auto conditions = [](std::string_view list) { return change{"status.conditions", list}; };
  run_update_rules(
      "batch/v1", "Job", running,
      {{"one more failure", {{"status.failed", "3"}}, {}},
       {"one fewer", {{"status.failed", "1"}}, {"status.failed: Invalid value: 1: cannot decrease the failed counter"}},
       {"more ready than active",
        {{"status.ready", "2"}},
        {"status.ready: Invalid value: 2: cannot set more ready pods than active"}},
       {"complete",
        {{"status.active", "0"},
         {"status.completionTime", R"("2026-01-01T00:01:00Z")"},
         conditions(R"([{"type":"SuccessCriteriaMet","status":"True"},{"type":"Complete","status":"True"}])")},
        {}},
       {"complete with pods",
        {{"status.completionTime", R"("2026-01-01T00:01:00Z")"},
         conditions(R"([{"type":"SuccessCriteriaMet","status":"True"},{"type":"Complete","status":"True"}])")},
        {"status.active: Invalid value: 1: active>0 is invalid for finished job"}},
       {"failed out of nothing",
        {{"status.active", "0"}, conditions(R"([{"type":"Failed","status":"True"}])")},
        {"status.conditions: Invalid value: cannot set Failed=True condition without the FailureTarget=true "
         "condition"}}},
      write::status);
}

} // namespace troupe::policies::validation
