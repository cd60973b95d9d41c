#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

namespace {
const std::string set =
    with_template(R"("updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":1,"maxSurge":0}})");
}

TEST(daemon_set, of_a_new_one) {
  run_rules(
      "apps/v1", "DaemonSet", set,
      {{"a good one", {}, {}},
       {"on delete", {{"spec.updateStrategy", R"({"type":"OnDelete"})"}}, {}},
       {"an unknown strategy",
        {{"spec.updateStrategy.type", R"("x")"}},
        {"spec.updateStrategy: Unsupported value: ..."}},
       {"nothing may move",
        {{"spec.updateStrategy.rollingUpdate.maxUnavailable", "0"}},
        {"spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0"}},
       {"both may move",
        {{"spec.updateStrategy.rollingUpdate.maxSurge", "1"}},
        {"spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is "
         "non-zero"}},
       {"a selector for others",
        {{"spec.selector.matchLabels.app", R"("y")"}},
        {"spec.template.metadata.labels: Invalid value: ..."}},
       {"pods with a deadline",
        {{"spec.template.spec.activeDeadlineSeconds", "5"}},
        {"spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in DaemonSet is not Supported"}},
       {"a negative history",
        {{"spec.revisionHistoryLimit", "-1"}},
        {"spec.revisionHistoryLimit: Invalid value: -1: must be greater than or equal to 0"}}});
  run_update_rules("apps/v1", "DaemonSet", set,
                   {{"the selector stays",
                     {{"spec.selector.matchLabels.app", R"("y")"}, {"spec.template.metadata.labels.app", R"("y")"}},
                     {"spec.selector: Invalid value: v1.LabelSelector{..."}}});
  run_update_rules("apps/v1", "DaemonSet", set,
                   {{"counters",
                     {{"status.numberReady", "-1"}},
                     {"status.numberReady: Invalid value: -1: must be greater than or equal to 0"}}},
                   write::status);
}

TEST(daemon_set, revisions_keep_their_data) {
  constexpr std::string_view revision = R"({"metadata":{"name":"r","namespace":"n"},"revision":1,"data":{"a":1}})";
  run_rules(
      "apps/v1", "ControllerRevision", revision,
      {{"a good one", {}, {}},
       {"no data", {{"data", "-"}}, {"data: Required value: data is mandatory"}},
       {"below zero", {{"revision", "-1"}}, {"revision: Invalid value: -1: must be greater than or equal to 0"}}});
  run_update_rules("apps/v1", "ControllerRevision", revision,
                   {{"another revision", {{"revision", "2"}}, {}},
                    {"other data", {{"data.a", "2"}}, {"data: Invalid value: {\"a\":2}: field is immutable"}}});
}

} // namespace troupe::policies::validation
