#include "objects.hpp"

namespace troupe::policies::services {
namespace {

/// One line a rule: "tcp 10.96.0.9:80 -> 10.1.0.1:8080 masquerade".
std::string text_of(const service_routes& all) {
  std::string out;
  for (auto& [f, r] : all.routes) {
    out += f.proto == protocol::tcp ? "tcp " : "udp ";
    out += (f.address == 0 ? "node" : to_text(f.address)) + ":" + std::to_string(f.port);
    if (f.from == client::inside) out += " inside";
    out +=
        " -> " + (r.endpoints.empty() ? (r.otherwise == when_empty::drop ? "drop" : "reject") : text_of(r.endpoints));
    if (r.sticky_seconds > 0) out += " sticky:" + std::to_string(r.sticky_seconds);
    if (r.masquerade) out += " masquerade";
    out += "\n";
  }
  return out;
}

const std::string two_nodes =
    R"([{"addresses":["10.1.0.1"],"nodeName":"n1"},{"addresses":["10.1.1.1"],"nodeName":"n2"}])";
const std::string far_away = R"([{"addresses":["10.1.1.1"],"nodeName":"n2"}])";

struct row {
  const char* name;
  std::string spec, status = "{}", endpoints = two_nodes;
  std::string expected;
};

TEST(routes_test, each_kind_of_service_has_its_rules) {
  const row rows[] = {
      {.name = "a cluster IP goes to all endpoints",
       .spec = R"({"clusterIP":"10.96.0.9","ports":[{"port":80,"protocol":"TCP"}]})",
       .expected = "tcp 10.96.0.9:80 -> 10.1.0.1:8080 10.1.1.1:8080\n"},
      {.name = "without endpoints clients are refused",
       .spec = R"({"clusterIP":"10.96.0.9","ports":[{"port":80}]})",
       .endpoints = "[]",
       .expected = "tcp 10.96.0.9:80 -> reject\n"},
      {.name = "affinity binds a client to an endpoint",
       .spec = R"({"clusterIP":"10.96.0.9","sessionAffinity":"ClientIP","ports":[{"port":80}]})",
       .expected = "tcp 10.96.0.9:80 -> 10.1.0.1:8080 10.1.1.1:8080 sticky:10800\n"},
      {.name = "for as long as the service says",
       .spec = R"({"clusterIP":"10.96.0.9","sessionAffinity":"ClientIP",
                   "sessionAffinityConfig":{"clientIP":{"timeoutSeconds":60}},"ports":[{"port":80}]})",
       .expected = "tcp 10.96.0.9:80 -> 10.1.0.1:8080 10.1.1.1:8080 sticky:60\n"},
      {.name = "a node port hides its clients so that answers come back",
       .spec = R"({"type":"NodePort","clusterIP":"10.96.0.9","ports":[{"port":80,"nodePort":30080}]})",
       .expected = "tcp node:30080 -> 10.1.0.1:8080 10.1.1.1:8080 masquerade\n"
                   "tcp 10.96.0.9:80 -> 10.1.0.1:8080 10.1.1.1:8080\n"},
      {.name = "the internal policy Local stays on the node",
       .spec = R"({"clusterIP":"10.96.0.9","internalTrafficPolicy":"Local","ports":[{"port":80}]})",
       .expected = "tcp 10.96.0.9:80 -> 10.1.0.1:8080\n"},
      {.name = "and drops where only other nodes have endpoints",
       .spec = R"({"clusterIP":"10.96.0.9","internalTrafficPolicy":"Local","ports":[{"port":80}]})",
       .endpoints = far_away,
       .expected = "tcp 10.96.0.9:80 -> drop\n"},
      {.name = "the external policy Local keeps the client's address, and does not bind clients inside",
       .spec =
           R"({"type":"NodePort","clusterIP":"10.96.0.9","externalTrafficPolicy":"Local",
                    "ports":[{"port":80,"nodePort":30080}]})",
       .expected = "tcp node:30080 -> 10.1.0.1:8080\n"
                   "tcp 10.96.0.9:80 -> 10.1.0.1:8080 10.1.1.1:8080\n"
                   "tcp node:30080 inside -> 10.1.0.1:8080 10.1.1.1:8080 masquerade\n"},
      {.name = "external and balancer addresses are served, except those that a balancer serves itself",
       .spec = R"({"type":"LoadBalancer","clusterIP":"10.96.0.9","externalIPs":["192.0.2.7"],"ports":[{"port":80}]})",
       .status =
           R"({"loadBalancer":{"ingress":[{"ip":"192.0.2.8"},{"ip":"192.0.2.9","ipMode":"Proxy"},{"hostname":"x"}]}})",
       .expected = "tcp 10.96.0.9:80 -> 10.1.0.1:8080 10.1.1.1:8080\n"
                   "tcp 192.0.2.7:80 -> 10.1.0.1:8080 10.1.1.1:8080 masquerade\n"
                   "tcp 192.0.2.8:80 -> 10.1.0.1:8080 10.1.1.1:8080 masquerade\n"},
      {.name = "a headless service has none", .spec = R"({"clusterIP":"None","ports":[{"port":80}]})", .expected = ""},
      {.name = "nor has an external name",
       .spec = R"({"type":"ExternalName","externalName":"example.org"})",
       .expected = ""},
      {.name = "a protocol that the kernel has not is left out",
       .spec = R"({"clusterIP":"10.96.0.9","ports":[{"port":80,"protocol":"SCTP"}]})",
       .expected = ""},
      {.name = "the cluster's DNS is not refused where it has no endpoints",
       .spec = R"({"clusterIP":"10.96.0.10","ports":[{"port":53}]})",
       .endpoints = "[]",
       .expected = ""},
      {.name = "but goes to endpoints where somebody runs one",
       .spec = R"({"clusterIP":"10.96.0.10","ports":[{"port":53}]})",
       .expected = "tcp 10.96.0.10:53 -> 10.1.0.1:8080 10.1.1.1:8080\n"},
  };
  for (auto& r : rows) {
    auto found = routes_of(*service_of(r.spec, r.status), {slice_of(r.endpoints)}, {"n1", *parse_ipv4("10.96.0.10")});
    EXPECT_EQ(text_of(found), r.expected) << r.name;
  }
}

TEST(routes_test, endpoints_of_the_node_may_reach_themselves) {
  auto found =
      routes_of(*service_of(R"({"clusterIP":"10.96.0.9","ports":[{"port":80}]})"), {slice_of(two_nodes)}, {"n1", 0});
  EXPECT_EQ(found.hairpins, std::set<ipv4>{*parse_ipv4("10.1.0.1")});
}

TEST(routes_test, a_service_of_another_proxy_is_left_alone) {
  auto service = object_of(R"({"kind":"Service","apiVersion":"v1","metadata":{"name":"web","namespace":"shop",
    "labels":{"service.kubernetes.io/service-proxy-name":"x"}},
    "spec":{"clusterIP":"10.96.0.9","ports":[{"port":80}]}})");
  EXPECT_TRUE(routes_of(*service, {slice_of(two_nodes)}, {"n1", 0}).routes.empty());
}

} // namespace
} // namespace troupe::policies::services
