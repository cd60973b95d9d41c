#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

TEST(replica_rules, counters_of_a_status) {
  auto old = with_template(R"("replicas":1)");
  auto body = api::json::parse(old).as_object();
  api::set_at(body, {"status"}, api::json::parse(R"({"replicas":2,"readyReplicas":1,"collisionCount":3})"));
  run_update_rules("apps/v1", "Deployment", api::json::serialize(body),
                   {{"as many as there are", {{"status.readyReplicas", "2"}}, {}},
                    {"more ready than there are",
                     {{"status.readyReplicas", "3"}},
                     {"status.readyReplicas: Invalid value: 3: cannot be greater than status.replicas"}},
                    {"more available than ready",
                     {{"status.availableReplicas", "2"}},
                     {"status.availableReplicas: Invalid value: 2: cannot be greater than readyReplicas"}},
                    {"fewer than none",
                     {{"status.unavailableReplicas", "-1"}},
                     {"status.unavailableReplicas: Invalid value: -1: must be greater than or equal to 0"}},
                    {"fewer collisions",
                     {{"status.collisionCount", "2"}},
                     {"status.collisionCount: Invalid value: 2: cannot be decremented"}}},
                   write::status);
  run_update_rules("apps/v1", "ReplicaSet", api::json::serialize(body),
                   {{"more labeled than there are",
                     {{"status.fullyLabeledReplicas", "3"}},
                     {"status.fullyLabeledReplicas: Invalid value: 3: cannot be greater than status.replicas"}}},
                   write::status);
}

} // namespace troupe::policies::validation
