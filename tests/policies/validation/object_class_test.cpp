#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

TEST(object_class, of_storage) {
  constexpr std::string_view type = R"({"metadata":{"name":"s"},"provisioner":"acme.io/x","reclaimPolicy":"Delete",
"volumeBindingMode":"Immediate"})";
  run_rules("storage.k8s.io/v1", "StorageClass", type,
            {{"a good one", {}, {}},
             {"no provisioner", {{"provisioner", "-"}}, {"provisioner: Required value"}},
             {"an unknown policy",
              {{"reclaimPolicy", R"("x")"}},
              {"reclaimPolicy: Unsupported value: \"x\": supported values: \"Delete\", \"Retain\""}},
             {"no mode", {{"volumeBindingMode", "-"}}, {"volumeBindingMode: Required value"}}});
  run_update_rules("storage.k8s.io/v1", "StorageClass", type,
                   {{"expansion", {{"allowVolumeExpansion", "true"}}, {}},
                    {"another provisioner",
                     {{"provisioner", R"("acme.io/y")"}},
                     {"provisioner: Forbidden: updates to provisioner are forbidden."}}});
}

TEST(object_class, of_priority) {
  constexpr std::string_view type = R"({"metadata":{"name":"p"},"value":1000000000,"preemptionPolicy":"Never"})";
  run_rules("scheduling.k8s.io/v1", "PriorityClass", type,
            {{"the highest", {}, {}},
             {"higher",
              {{"value", "1000000001"}},
              {"value: Forbidden: maximum allowed value of a user defined priority is 1000000000"}},
             {"a class of the system", {{"metadata.name", R"("system-node-critical")"}, {"value", "2000001000"}}, {}},
             {"a name of the system",
              {{"metadata.name", R"("system-x")"}},
              {"metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. "
               "error: ..."}}});
  run_update_rules("scheduling.k8s.io/v1", "PriorityClass", type,
                   {{"the value stays", {{"value", "5"}}, {"value: Forbidden: may not be changed in an update."}}});
}

TEST(object_class, of_runtimes) {
  constexpr std::string_view type = R"({"metadata":{"name":"r"},"handler":"runc"})";
  run_rules(
      "node.k8s.io/v1", "RuntimeClass", type,
      {{"a good one", {}, {}},
       {"a bad handler", {{"handler", R"("A")"}}, {"handler: Invalid value: \"A\": a lowercase RFC 1123 label..."}}});
  run_update_rules(
      "node.k8s.io/v1", "RuntimeClass", type,
      {{"the handler stays", {{"handler", R"("kata")"}}, {"handler: Invalid value: \"kata\": field is immutable"}}});
}

} // namespace troupe::policies::validation
