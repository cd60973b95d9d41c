#include "policies/node/sandbox_config.hpp"
#include "tests/policies/node/builders.hpp"

namespace troupe::policies::node {
namespace {

TEST(sandbox_config, carries_identity_network_and_limits) {
  auto pod = make_pod(
      R"({"hostname":"h","shareProcessNamespace":true,"securityContext":{"sysctls":[{"name":"net.a","value":"1"}]},
      "containers":[{"name":"a","ports":[{"containerPort":1,"hostPort":2}]}]})",
      R"({"annotations":{"k":"v"}})");
  auto s = sandbox_config_of(*pod, 3, {{"10.96.0.10"}, "cluster.local", {}}, "/logs");
  EXPECT_EQ(s.uid, "u1");
  EXPECT_EQ(s.attempt, 3u);
  EXPECT_EQ(s.hostname, "h");
  EXPECT_TRUE(s.share_processes);
  EXPECT_EQ(s.sysctls.at("net.a"), "1");
  EXPECT_EQ(s.ports.size(), 1u);
  EXPECT_EQ(s.annotations.at("k"), "v");
  EXPECT_EQ(s.log_directory, "/logs/default_web_u1");
  EXPECT_EQ(s.cgroup_parent, "besteffort/podu1");
  EXPECT_EQ(s.dns.servers, std::vector<std::string>{"10.96.0.10"});
}

TEST(sandbox_config, a_host_network_pod_has_no_host_name_of_its_own) {
  EXPECT_EQ(sandbox_config_of(*make_pod(R"({"hostNetwork":true,"containers":[]})"), 0, {}, "").hostname, "");
}

} // namespace
} // namespace troupe::policies::node
