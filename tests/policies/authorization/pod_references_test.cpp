#include "policies/authorization/pod_references.hpp"
#include <gtest/gtest.h>
#include <set>

namespace troupe::policies::authorization {

namespace {

using names = std::set<std::string>;

api::json::object parse(std::string_view text) { return api::json::parse(text).as_object(); }

template <class Visit> names found(Visit visit, std::string_view text) {
  names out;
  auto pod = parse(text);
  visit(pod, [&](std::string_view name) { out.emplace(name); });
  return out;
}

struct test_case {
  const char* name;
  const char* pod;
  names expected;
};

TEST(pod_references, secrets) {
  for (auto& c : {
           test_case{"a pod without any", R"({"spec":{"containers":[{"name":"c"}]}})", {}},
           {"secrets to pull images", R"({"spec":{"imagePullSecrets":[{"name":"a"},{"name":"b"}]}})", {"a", "b"}},
           {"variables of all kinds of containers",
            R"({"spec":{"initContainers":[{"env":[{"name":"x","valueFrom":{"secretKeyRef":{"name":"a"}}}]}],
                "containers":[{"envFrom":[{"secretRef":{"name":"b"}}]}],
                "ephemeralContainers":[{"envFrom":[{"secretRef":{"name":"c"}}]}]}})",
            {"a", "b", "c"}},
           {"volumes",
            R"({"spec":{"volumes":[{"secret":{"secretName":"a"}},{"azureFile":{"secretName":"b"}},
                {"csi":{"nodePublishSecretRef":{"name":"c"}}},{"rbd":{"secretRef":{"name":"d"}}},
                {"iscsi":{"secretRef":{"name":"e"}}},{"emptyDir":{}}]}})",
            {"a", "b", "c", "d", "e"}},
           {"projected volumes", R"({"spec":{"volumes":[{"projected":{"sources":[{"secret":{"name":"a"}},
                {"configMap":{"name":"b"}}]}}]}})", {"a"}},
           {"fields of a wrong shape are no references",
            R"({"spec":{"volumes":[7,{"secret":[]},{"projected":{"sources":{}}}],"containers":{},"imagePullSecrets":1}})",
            {}}})
    EXPECT_EQ(found(visit_secrets, c.pod), c.expected) << c.name;
}

TEST(pod_references, config_maps_and_claims) {
  for (auto& c : {test_case{"variables", R"({"spec":{"containers":[{"envFrom":[{"configMapRef":{"name":"a"}}],
                "env":[{"name":"x","valueFrom":{"configMapKeyRef":{"name":"b"}}}]}]}})", {"a", "b"}},
                  {"volumes", R"({"spec":{"volumes":[{"configMap":{"name":"a"}},
                {"projected":{"sources":[{"configMap":{"name":"b"}}]}}]}})", {"a", "b"}}})
    EXPECT_EQ(found(visit_config_maps, c.pod), c.expected) << c.name;
  EXPECT_EQ(found(visit_claims, R"({"metadata":{"name":"web"},"spec":{"volumes":[
      {"name":"v","persistentVolumeClaim":{"claimName":"data"}},{"name":"scratch","ephemeral":{}}]}})"),
            (names{"data", "web-scratch"}));
}

TEST(pod_references, secrets_of_volumes_are_in_their_own_or_the_claims_namespace) {
  names out;
  visit_volume_secrets(parse(R"({"spec":{"claimRef":{"namespace":"a","name":"c"},
      "csi":{"nodeStageSecretRef":{"name":"s","namespace":"b"},"nodePublishSecretRef":{"name":"t"},
             "controllerExpandSecretRef":{"name":"not-for-nodes"}},
      "azureFile":{"secretName":"u","secretNamespace":"d"}}})"),
                       [&](std::string_view ns, std::string_view name) {
                         out.insert(std::string(ns) + "/" + std::string(name));
                       });
  EXPECT_EQ(out, (names{"b/s", "a/t", "d/u"}));
}

TEST(pod_references, mirror_pods_are_known_by_their_annotation) {
  EXPECT_TRUE(is_mirror_pod(parse(R"({"metadata":{"annotations":{"kubernetes.io/config.mirror":""}}})")));
  EXPECT_FALSE(is_mirror_pod(parse(R"({"metadata":{"annotations":{"kubernetes.io/config.source":"api"}}})")));
}

} // namespace

} // namespace troupe::policies::authorization
