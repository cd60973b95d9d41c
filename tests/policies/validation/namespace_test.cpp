#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

TEST(namespace_rules, names_and_finalizers) {
  run_rules("v1", "Namespace", R"({"metadata":{"name":"n"},"spec":{"finalizers":["kubernetes"]}})",
            {{"a good one", {}, {}},
             {"a name with a dot",
              {{"metadata.name", R"("a.b")"}},
              {"metadata.name: Invalid value: \"a.b\": must not contain dots"}},
             {"a bad finalizer",
              {{"spec.finalizers", R"(["x"])"}},
              {"spec.finalizers: Invalid value: \"x\": name is neither a standard finalizer name nor is it fully "
               "qualified"}}});
}

TEST(namespace_rules, the_phase_follows_deletion) {
  run_update_rules(
      "v1", "Namespace", R"({"metadata":{"name":"n"},"status":{"phase":"Active"}})",
      {{"active", {}, {}},
       {"terminating too early",
        {{"status.phase", R"("Terminating")"}},
        {"status.Phase: Invalid value: \"Terminating\": may only be 'Active' if `deletionTimestamp` is empty"}}},
      write::status);
}

TEST(namespace_rules, leases) {
  run_rules("coordination.k8s.io/v1", "Lease",
            R"({"metadata":{"name":"l","namespace":"n"},"spec":{"leaseDurationSeconds":40}})",
            {{"a good one", {}, {}},
             {"no duration", {{"spec.leaseDurationSeconds", "-"}}, {}},
             {"no time",
              {{"spec.leaseDurationSeconds", "0"}},
              {"spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0"}},
             {"negative transitions",
              {{"spec.leaseTransitions", "-1"}},
              {"spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0"}}});
}

} // namespace troupe::policies::validation
