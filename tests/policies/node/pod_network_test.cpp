#include "policies/node/pod_network.hpp"
#include "tests/policies/node/builders.hpp"

namespace troupe::policies::node {
namespace {

const cluster_dns cluster{{"10.96.0.10"}, "cluster.local", {{"192.0.2.53"}, {"corp.test"}, {"timeout:2"}}};

std::string dns(std::string_view spec) {
  auto c = pod_dns(*make_pod(spec), cluster);
  return fmt::format("{}|{}|{}", fmt::join(c.servers, ","), fmt::join(c.searches, ","), fmt::join(c.options, ","));
}

TEST(pod_network, dns_policies) {
  auto in_cluster = "10.96.0.10|default.svc.cluster.local,svc.cluster.local,cluster.local,corp.test|ndots:5";
  EXPECT_EQ(dns(R"({"containers":[]})"), in_cluster);
  EXPECT_EQ(dns(R"({"containers":[],"hostNetwork":true})"), "192.0.2.53|corp.test|timeout:2");
  EXPECT_EQ(dns(R"({"containers":[],"hostNetwork":true,"dnsPolicy":"ClusterFirstWithHostNet"})"), in_cluster);
  EXPECT_EQ(dns(R"({"containers":[],"dnsPolicy":"Default"})"), "192.0.2.53|corp.test|timeout:2");
  EXPECT_EQ(
      dns(R"({"containers":[],"dnsPolicy":"None","dnsConfig":{"nameservers":["1.1.1.1"],"searches":["a.b"],
      "options":[{"name":"ndots","value":"2"},{"name":"edns0"}]}})"),
      "1.1.1.1|a.b|ndots:2,edns0");
  EXPECT_EQ(
      dns(R"({"containers":[],"dnsConfig":{"options":[{"name":"ndots","value":"1"}],"nameservers":["1.1.1.1",
      "2.2.2.2","3.3.3.3"]}})"),
      "10.96.0.10,1.1.1.1,2.2.2.2|default.svc.cluster.local,svc.cluster.local,cluster.local,corp.test|ndots:1");
}

TEST(pod_network, resolv_conf_is_read) {
  auto c =
      parse_resolv_conf("# x\nnameserver 1.2.3.4\nsearch a\nsearch b. c\n; y\noptions ndots:2 rotate\nnameserver\n");
  EXPECT_EQ(c.servers, std::vector<std::string>{"1.2.3.4"});
  EXPECT_EQ(c.searches, (std::vector<std::string>{"b", "c"}));
  EXPECT_EQ(c.options, (std::vector<std::string>{"ndots:2", "rotate"}));
}

TEST(pod_network, host_names) {
  EXPECT_EQ(pod_hostname(*make_pod(), "d"), "web");
  EXPECT_EQ(pod_hostname(*make_pod(R"({"containers":[],"hostname":"h"})"), "d"), "h");
  auto fqdn = make_pod(R"({"containers":[],"hostname":"h","subdomain":"s","setHostnameAsFQDN":true})");
  EXPECT_EQ(pod_hostname(*fqdn, "d"), "h.s.default.svc.d");
  auto long_name = make_pod(R"({"containers":[]})", R"({"name":")" + std::string(62, 'a') + R"(-bcd"})");
  EXPECT_EQ(pod_hostname(*long_name, "d"), std::string(62, 'a')) << "cut at 63, without a dash at the end";
}

TEST(pod_network, hosts_file) {
  auto text = hosts_file(
      *make_pod(R"({"containers":[],"subdomain":"s","hostAliases":[{"ip":"10.1.1.1","hostnames":["a","b"]}]})"),
      {"10.0.0.5"}, "d", "node");
  EXPECT_TRUE(text.starts_with("# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n"));
  EXPECT_NE(text.find("10.0.0.5\tweb.s.default.svc.d\tweb\n"), std::string::npos);
  EXPECT_TRUE(text.ends_with("\n# Entries added by HostAliases.\n10.1.1.1\ta\tb\n"));
  EXPECT_EQ(hosts_file(*make_pod(R"({"containers":[],"hostNetwork":true})"), {}, "d", "node\n"),
            "# Kubernetes-managed hosts file (host network).\nnode\n");
}

TEST(pod_network, host_ports) {
  auto ports = host_ports(*make_pod(
      R"({"containers":[{"name":"a","ports":[{"containerPort":80,"hostPort":8080,"protocol":"UDP",
      "hostIP":"127.0.0.1"},{"containerPort":81}]}]})"));
  ASSERT_EQ(ports.size(), 1u);
  EXPECT_EQ(ports[0].host_port, 8080);
  EXPECT_EQ(ports[0].proto, oci::protocol::udp);
  EXPECT_TRUE(
      host_ports(
          *make_pod(R"({"hostNetwork":true,"containers":[{"name":"a","ports":[{"containerPort":80,"hostPort":80}]}]})"))
          .empty());
}

} // namespace
} // namespace troupe::policies::node
