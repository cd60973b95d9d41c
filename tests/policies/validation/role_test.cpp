#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

TEST(role, rules) {
  run_rules("rbac.authorization.k8s.io/v1", "Role",
            R"({"metadata":{"name":"r:x","namespace":"n"},"rules":[{"verbs":["get"],"apiGroups":[""],
"resources":["pods"]}]})",
            {{"a good one", {}, {}},
             {"no verbs",
              {{"rules[0].verbs", "[]"}},
              {"rules[0].verbs: Required value: verbs must contain at least one value"}},
             {"no resources",
              {{"rules[0].resources", "[]"}},
              {"rules[0].resources: Required value: resource rules must supply at least one resource"}},
             {"paths in a namespace",
              {{"rules", R"([{"verbs":["get"],"nonResourceURLs":["/a"]}])"}},
              {"rules[0].nonResourceURLs: Invalid value: []string{\"/a\"}: namespaced rules cannot apply to "
               "non-resource URLs"}}});
  run_rules("rbac.authorization.k8s.io/v1", "ClusterRole",
            R"({"metadata":{"name":"r"},"rules":[{"verbs":["get"],"nonResourceURLs":["/a"]}]})",
            {{"paths", {}, {}},
             {"paths and resources",
              {{"rules[0].resources", R"(["pods"])"}},
              {"rules[0].nonResourceURLs: Invalid value: []string{\"/a\"}: rules cannot apply to both regular "
               "resources and non-resource URLs"}},
             {"an aggregation of nothing",
              {{"aggregationRule", "{}"}},
              {"aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if "
               "aggregationRule is non-nil"}}});
}

TEST(role, bindings) {
  constexpr std::string_view binding =
      R"({"metadata":{"name":"b"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"r"},
    "subjects":[{"kind":"ServiceAccount","name":"a","namespace":"n"},{"kind":"User","name":"u",
"apiGroup":"rbac.authorization.k8s.io"}]})";
  run_rules(
      "rbac.authorization.k8s.io/v1", "ClusterRoleBinding", binding,
      {{"a good one", {}, {}},
       {"a role of a namespace",
        {{"roleRef.kind", R"("Role")"}},
        {"roleRef.kind: Unsupported value: \"Role\": supported values: \"ClusterRole\""}},
       {"no role", {{"roleRef.name", "-"}}, {"roleRef.name: Required value"}},
       {"an account without namespace", {{"subjects[0].namespace", "-"}}, {"subjects[0].namespace: Required value"}},
       {"a user of another group",
        {{"subjects[1].apiGroup", R"("x")"}},
        {"subjects[1].apiGroup: Unsupported value: \"x\": supported values: \"rbac.authorization.k8s.io\""}},
       {"an unknown kind",
        {{"subjects[0].kind", R"("x")"}},
        {"subjects[0].kind: Unsupported value: \"x\": supported values: \"ServiceAccount\", \"User\", \"Group\""}}});
  run_update_rules("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", binding,
                   {{"other subjects", {{"subjects", "[]"}}, {}},
                    {"another role", {{"roleRef.name", R"("s")"}}, {"roleRef: Invalid value: ..."}}});
}

} // namespace troupe::policies::validation
