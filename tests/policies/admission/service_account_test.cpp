#include "tests/policies/admission/world.hpp"

namespace troupe::policies::admission {

TEST(service_account, mounts_the_token_in_each_container) {
  world w;
  w.set(R"({"metadata":{"name":"p"},"spec":{"initContainers":[{"name":"i"}],"containers":[{"name":"c"},
{"name":"own","volumeMounts":[{"name":"x",
"mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}]}]}})");
  ASSERT_EQ(w.mutated(), "");
  auto& volume = (*api::array_at(w.body, {"spec", "volumes"}))[0];
  auto name = api::string_at(volume, {"name"});
  EXPECT_TRUE(name.starts_with("kube-api-access-") && name.size() == 21) << name;
  EXPECT_EQ(*api::find(volume, {"projected"}), api::json::parse(R"({"defaultMode":420,"sources":[
{"serviceAccountToken":{"expirationSeconds":3607,
"path":"token"}},{"configMap":{"name":"kube-root-ca.crt","items":[{"key":"ca.crt",
"path":"ca.crt"}]}},{"downwardAPI":{"items":[{"path":"namespace",
"fieldRef":{"apiVersion":"v1","fieldPath":"metadata.namespace"}}]}}]})"));
  auto& containers = *api::array_at(w.body, {"spec", "containers"});
  EXPECT_EQ(api::string_at((*api::array_at(containers[0], {"volumeMounts"}))[0], {"name"}), name);
  EXPECT_EQ(api::array_at(containers[1], {"volumeMounts"})->size(), 1u);
  EXPECT_EQ(api::array_at((*api::array_at(w.body, {"spec", "initContainers"}))[0], {"volumeMounts"})->size(), 1u);
}

TEST(service_account, the_pod_or_the_account_may_do_without) {
  world w;
  w.set(R"({"metadata":{"name":"p"},"spec":{"automountServiceAccountToken":false,
"containers":[{"name":"c"}]}})");
  EXPECT_EQ(w.mutated(), "");
  EXPECT_EQ(w.at_path({"spec", "volumes"}), "-");
  w.accounts["default"] = make(R"({"metadata":{"name":"default"},"automountServiceAccountToken":false})");
  w.set(R"({"metadata":{"name":"p"},"spec":{"containers":[{"name":"c"}]}})");
  EXPECT_EQ(w.mutated(), "");
  EXPECT_EQ(w.at_path({"spec", "volumes"}), "-");
}

TEST(service_account, must_be_there) {
  world w;
  w.set(R"({"metadata":{"name":"p"},"spec":{"serviceAccountName":"x"}})");
  EXPECT_EQ(w.mutated(),
            "pods \"p\" is forbidden: error looking up service account n/x: serviceaccount \"x\" not found");
}

TEST(service_account, gives_its_pull_secrets_to_pods_without) {
  world w;
  w.accounts["default"] = make(R"({"metadata":{"name":"default"},"imagePullSecrets":[{"name":"s"}]})");
  EXPECT_EQ(w.mutated(), "");
  EXPECT_EQ(w.at_path({"spec", "imagePullSecrets"}), R"([{"name":"s"}])");
  w.set(R"({"metadata":{"name":"p"},"spec":{"imagePullSecrets":[{"name":"own"}]}})");
  EXPECT_EQ(w.mutated(), "");
  EXPECT_EQ(w.at_path({"spec", "imagePullSecrets"}), R"([{"name":"own"}])");
}

TEST(service_account, may_confine_pods_to_its_secrets) {
  world w;
  w.accounts["default"] = make(R"({"metadata":{"name":"default",
"annotations":{"kubernetes.io/enforce-mountable-secrets":"true"}},"secrets":[{"name":"a"}]})");
  w.set(R"({"metadata":{"name":"p"},"spec":{"serviceAccountName":"default","volumes":[{"name":"v",
"secret":{"secretName":"b"}}]}})");
  EXPECT_EQ(w.checked(), "pods \"p\" is forbidden: volume with secret.secretName=\"b\" is not allowed because service "
                         "account default does not reference that secret");
  w.set(R"({"metadata":{"name":"p"},"spec":{"serviceAccountName":"default","volumes":[{"name":"v",
"secret":{"secretName":"a"}}]}})");
  EXPECT_EQ(w.checked(), "");
}

TEST(service_account, mirror_pods_have_none) {
  world w;
  w.set(R"({"metadata":{"name":"p","annotations":{"kubernetes.io/config.mirror":"x"}},
"spec":{"containers":[{"name":"c"}]}})");
  EXPECT_EQ(w.mutated(), "");
  EXPECT_EQ(w.at_path({"spec", "serviceAccountName"}), "-");
  api::set_at(w.body, {"spec", "serviceAccountName"}, "default");
  EXPECT_EQ(w.checked(), "pods \"p\" is forbidden: a mirror pod may not reference service accounts");
}

} // namespace troupe::policies::admission
