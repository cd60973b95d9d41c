#include "policies/node/references.hpp"
#include "tests/policies/node/builders.hpp"

namespace troupe::policies::node {
namespace {

TEST(references, of_volumes_environment_and_pull_secrets) {
  auto pod = make_pod(
      R"({"imagePullSecrets":[{"name":"p"}],"volumes":[{"name":"a","configMap":{"name":"c1"}},{"name":"b",
      "secret":{"secretName":"s1"}},
    {"name":"c","projected":{"sources":[{"configMap":{"name":"c2"}},{"secret":{"name":"s2"}}]}}],
    "initContainers":[{"name":"i","envFrom":[{"secretRef":{"name":"s3"}},{"configMapRef":{"name":"c3"}}]}],
    "containers":[{"name":"a","env":[{"name":"x","valueFrom":{"configMapKeyRef":{"name":"c4"}}},{"name":"y",
      "valueFrom":{"secretKeyRef":{"name":"s4","optional":true}}}]}]})");
  auto r = references_of(*pod);
  EXPECT_EQ(r.config_maps, (std::set<std::string>{"c1", "c2", "c3", "c4"}));
  EXPECT_EQ(r.secrets, (std::set<std::string>{"p", "s1", "s2", "s3", "s4"}));
}

} // namespace
} // namespace troupe::policies::node
