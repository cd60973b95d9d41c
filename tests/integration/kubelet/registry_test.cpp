#include "../runtime/local_registry.hpp"
#include "embedded_fixture.hpp"
#include <openssl/evp.h>

/// Images from a registry that wants a password, by the pod's secrets.
namespace troupe::actors::kubelet::testing {
namespace {

using runtime::local_registry;

std::string base64(const std::string& bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3), '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), reinterpret_cast<const unsigned char*>(bytes.data()),
                  static_cast<int>(bytes.size()));
  return out;
}

struct registry_test : embedded {
  std::optional<local_registry> registry;
  std::string image;

  void SetUp() override {
    embedded::SetUp();
    if (IsSkipped()) return;
    if (!local_registry::installed()) GTEST_SKIP() << "needs docker-registry";
    registry.emplace(machine_fixture::directory, local_registry::access::password);
    image = registry->push("oci:" + machine_fixture::directory + "/L:bb", "team/bb:1");
  }
  void TearDown() override {
    registry.reset();
    embedded::TearDown();
  }
  void secret(const std::string& password) {
    auto document = fmt::format(R"({{"auths":{{"{}":{{"username":"{}","password":"{}"}}}}}})", registry->host(),
                              local_registry::user, password);
    put("secrets", fmt::format(R"({{"metadata":{{"name":"pull","namespace":"default"}},
      "type":"kubernetes.io/dockerconfigjson","data":{{".dockerconfigjson":"{}"}}}})", base64(document)));
  }
  void pull_pod(const std::string& name) {
    put("pods",
        fmt::format(R"({{"apiVersion":"v1","kind":"Pod","metadata":{{"name":"{0}","namespace":"default","uid":"u-{0}"}},
      "spec":{{"nodeName":"n1","restartPolicy":"Never","imagePullSecrets":[{{"name":"pull"}}],
      "containers":[{{"name":"app","image":"{1}","imagePullPolicy":"Always","command":["true"]}}]}},
      "status":{{"phase":"Pending"}}}})",
                    name, image));
  }
};

TEST_F(registry_test, a_pod_pulls_with_its_secret) {
  secret(local_registry::password);
  pull_pod("good");
  EXPECT_TRUE(becomes("good", "Succeeded"));
}

TEST_F(registry_test, a_wrong_password_is_an_image_pull_error) {
  secret("wrong");
  pull_pod("bad");
  EXPECT_TRUE(eventually([&] {
    auto p = read("pods/default/bad");
    auto* list = p ? api::array_at(p->status(), {"containerStatuses"}) : nullptr;
    auto reason = list ? api::string_at((*list)[0], {"state", "waiting", "reason"}) : std::string_view{};
    return reason == "ErrImagePull" || reason == "ImagePullBackOff";
  }));
}

} // namespace
} // namespace troupe::actors::kubelet::testing
