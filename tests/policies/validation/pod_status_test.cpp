#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

TEST(pod_status, what_a_kubelet_may_say) {
  auto old = api::json::parse(valid_pod).as_object();
  api::set_at(old, {"spec", "restartPolicy"}, "OnFailure");
  api::set_at(old, {"status"}, api::json::parse(R"({"qosClass":"BestEffort","containerStatuses":[{"name":"c",
"state":{"terminated":{"exitCode":0}}}]})"));
  run_update_rules(
      "v1", "Pod", api::json::serialize(old),
      {{"a phase", {{"status.phase", R"("Running")"}}, {}},
       {"another node", {{"spec.nodeName", R"("n")"}}, {"status.nodeName: Forbidden: may not be changed directly"}},
       {"another quality",
        {{"status.qosClass", R"("Burstable")"}},
        {"status.qosClass: Invalid value: \"Burstable\": field is immutable"}},
       {"a success runs again",
        {{"status.containerStatuses[0].state", R"({"running":{}})"}},
        {"status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state"}},
       {"addresses", {{"status.podIPs", R"([{"ip":"10.0.0.1"},{"ip":"::1"}])"}}, {}},
       {"two of a family",
        {{"status.podIPs", R"([{"ip":"10.0.0.1"},{"ip":"10.0.0.2"}])"}},
        {"status.podIPs: Invalid value: ..."}},
       {"no address",
        {{"status.podIPs", R"([{"ip":"x"}])"}},
        {"status.podIPs[0]: Invalid value: \"x\": must be a valid IP address, ..."}},
       {"a bad nomination",
        {{"status.nominatedNodeName", R"("A")"}},
        {"status.nominatedNodeName: Invalid value: \"A\": a lowercase..."}}},
      write::status);
}

TEST(pod_status, a_failure_may_run_again) {
  auto old = api::json::parse(valid_pod).as_object();
  api::set_at(old, {"spec", "restartPolicy"}, "OnFailure");
  api::set_at(old, {"status"},
              api::json::parse(R"({"containerStatuses":[{"name":"c","state":{"terminated":{"exitCode":1}}}]})"));
  run_update_rules("v1", "Pod", api::json::serialize(old),
                   {{"it does", {{"status.containerStatuses[0].state", R"({"running":{}})"}}, {}}}, write::status);
}

} // namespace troupe::policies::validation
