#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

namespace {
const std::string refused =
    "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,...";
}

TEST(pod_update, only_a_few_fields_change) {
  run_update_rules("v1", "Pod", valid_pod,
                   {{"nothing", {}, {}},
                    {"another image", {{"spec.containers[0].image", R"("i:2")"}}, {}},
                    {"a deadline", {{"spec.activeDeadlineSeconds", "5"}}, {}},
                    {"a new toleration", {{"spec.tolerations", R"([{"key":"a","operator":"Exists"}])"}}, {}},
                    {"labels", {{"metadata.labels", R"({"a":"b"})"}}, {}},
                    {"another command", {{"spec.containers[0].command", R"(["sh"])"}}, {refused}},
                    {"another node", {{"spec.nodeName", R"("n")"}}, {refused}},
                    {"one more container",
                     {{"spec.containers[1]",
                       R"({"name":"d","image":"i","imagePullPolicy":"Always","terminationMessagePolicy":"File"})"}},
                     {"spec.containers: Forbidden: pod updates may not add or remove containers"}}});
}

TEST(pod_update, deadlines_get_shorter) {
  auto old = api::json::parse(valid_pod).as_object();
  api::set_at(old, {"spec", "activeDeadlineSeconds"}, 10);
  run_update_rules("v1", "Pod", api::json::serialize(old),
                   {{"shorter", {{"spec.activeDeadlineSeconds", "9"}}, {}},
                    {"longer",
                     {{"spec.activeDeadlineSeconds", "11"}},
                     {"spec.activeDeadlineSeconds: Invalid value: 11: must be less than or equal to previous value"}},
                    {"none",
                     {{"spec.activeDeadlineSeconds", "-"}},
                     {"spec.activeDeadlineSeconds: Invalid value: \"null\": must not update from a positive integer to "
                      "nil value"}}});
}

TEST(pod_update, tolerations_stay_and_gates_go) {
  auto old = api::json::parse(valid_pod).as_object();
  api::set_at(old, {"spec", "tolerations"},
              api::json::parse(R"([{"key":"a","operator":"Exists","effect":"NoExecute"}])"));
  api::set_at(old, {"spec", "schedulingGates"}, api::json::parse(R"([{"name":"g"}])"));
  run_update_rules(
      "v1", "Pod", api::json::serialize(old),
      {{"a time for a toleration", {{"spec.tolerations[0].tolerationSeconds", "5"}}, {}},
       {"one fewer toleration",
        {{"spec.tolerations", "[]"}},
        {"spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds"}},
       {"the gate opens", {{"spec.schedulingGates", "-"}}, {}},
       {"another gate",
        {{"spec.schedulingGates[1]", R"({"name":"h"})"}},
        {"spec.schedulingGates[1].name: Forbidden: only deletion is allowed, but found new scheduling gate 'h'"}},
       {"a narrower selector while gated", {{"spec.nodeSelector", R"({"a":"b"})"}}, {}}});
}

} // namespace troupe::policies::validation
