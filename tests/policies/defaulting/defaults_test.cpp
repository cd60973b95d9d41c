#include "tests/policies/defaulting/defaults_table.hpp"

namespace troupe::policies::defaulting {

TEST(defaults, kinds_without_any_stay_as_they_are) {
  run_defaults("v1", "ConfigMap", {{"a config map", R"({"data":{"a":"b"}})", R"({"data":{"a":"b"},"spec":null})"}});
  run_defaults("example.com/v1", "Service",
               {{"a kind of the same name in another group", R"({"spec":{}})", R"({"spec":{"type":null}})"}});
  run_defaults("coordination.k8s.io/v1", "Lease", {{"a lease", R"({"spec":{}})", R"({"spec":{"strategy":null}})"}});
}

/// Decoding refuses wrong types; whatever slips through must not end the process.
TEST(defaults, members_of_any_type_do_no_harm) {
  const std::vector<std::string_view> values{"null", "7", "\"x\"", "[]", "[7]", "{}", "[{}]", "true"};
  const std::vector<std::pair<std::string_view, std::string_view>> kinds{{"v1", "Pod"},
                                                                         {"v1", "Service"},
                                                                         {"v1", "Secret"},
                                                                         {"apps/v1", "Deployment"},
                                                                         {"apps/v1", "StatefulSet"},
                                                                         {"batch/v1", "Job"},
                                                                         {"v1", "LimitRange"},
                                                                         {"v1", "Node"},
                                                                         {"v1", "ReplicationController"},
                                                                         {"autoscaling/v2", "HorizontalPodAutoscaler"}};
  for (auto& [version, kind] : kinds)
    for (auto member : {"containers", "volumes", "template", "ports", "limits", "strategy", "updateStrategy",
                        "sessionAffinity", "behavior", "podCIDRs"})
      for (auto value : values) {
        auto text = "{\"metadata\":" + std::string(value) + ",\"stringData\":" + std::string(value) + ",\"spec\":{\"" +
                    member + "\":" + std::string(value) + "}}";
        auto body = api::json::parse(text).as_object();
        set_defaults(api::group_version_kind::parse(version, kind), body);
      }
}

} // namespace troupe::policies::defaulting
