#include "actors/dns/service.hpp"
#include "hosts.hpp"
#include "policies/services/dns_index.hpp"
#include <set>

/// Whether packets arrive, from everywhere to everywhere, and with which address.
namespace troupe::tests {
namespace {

namespace nft = net::nftables;
const nft::endpoint pb{0x0af40205, 8080}, pc{0x0af40305, 8080};
const nft::frontend web{false, false, 0x0a600009, 80}, node_port{false, false, 0, 30080};

TEST_F(hosts, pods_reach_pods_of_all_nodes_with_their_own_address) {
  for (char n : {'a', 'b', 'c'}) {
    reconcile(n);
    filter(n);
    serve(std::string("p") + n);
  }
  for (int from = 1; from <= 3; ++from)
    for (int to = 1; to <= 3; ++to) {
      if (from == to) continue;
      auto name = std::string("p") + char('a' + to - 1);
      EXPECT_EQ(ask(std::string("p") + char('a' + from - 1), "10.244." + std::to_string(to) + ".5"),
                name + "<10.244." + std::to_string(from) + ".5");
    }
  // The node's own traffic: with its address on the subnet, with that of its bridge through the tunnel.
  EXPECT_EQ(ask("a", "10.244.2.5"), "pb<192.0.2.1");
  EXPECT_EQ(ask("a", "10.244.3.5"), "pc<10.244.1.1");
  EXPECT_EQ(ask("c", "10.244.1.5"), "pa<10.244.3.1");
  EXPECT_EQ(ask("b", "10.244.2.5"), "pb<10.244.2.1") << "its own pod";
  // Others see the node.
  serve("x");
  EXPECT_EQ(ask("pc", "192.0.2.9"), "x<198.51.100.3");
  EXPECT_EQ(ask("pa", "192.0.2.9"), "x<192.0.2.1");
  serve("b");
  EXPECT_EQ(ask("pa", "192.0.2.2"), "b<192.0.2.1");
  EXPECT_EQ(ask("pc", "192.0.2.2"), "b<198.51.100.3");
}

TEST_F(hosts, services_lead_to_pods_of_other_nodes_for_pods_nodes_and_strangers) {
  nft::balance both{{pb, pc}}, masked{{pb, pc}, 0, true};
  for (char n : {'a', 'b', 'c'}) {
    reconcile(n);
    filter(n, {{}, {{web, both}, {node_port, masked}}, {}, {}});
  }
  serve("pb");
  serve("pc");
  auto answers = [&](const std::string& where, const std::string& address, int port) {
    std::set<std::string> seen;
    for (int i = 0; i < 40 && seen.size() < 2; ++i) seen.insert(ask(where, address, port));
    return seen;
  };
  using set = std::set<std::string>;
  EXPECT_EQ(answers("pa", "10.96.0.9", 80), (set{"pb<10.244.1.5", "pc<10.244.1.5"}));
  EXPECT_EQ(answers("a", "10.96.0.9", 80), (set{"pb<192.0.2.1", "pc<10.244.1.1"}));
  EXPECT_EQ(answers("c", "10.96.0.9", 80), (set{"pb<10.244.3.1", "pc<10.244.3.1"}));
  EXPECT_EQ(answers("x", "192.0.2.1", 30080), (set{"pb<192.0.2.1", "pc<10.244.1.1"}));
  EXPECT_EQ(answers("x", "198.51.100.3", 30080), (set{"pb<10.244.3.1", "pc<10.244.3.1"}));
  EXPECT_EQ(answers("pa", "192.0.2.2", 30080), (set{"pb<10.244.2.1", "pc<10.244.2.1"}));
}

TEST_F(hosts, a_node_without_a_default_route_reaches_services) {
  run("b", "ip route del default");
  EXPECT_EQ(ask("b", "10.96.0.9", 80), "silent") << "no route";
  for (char n : {'a', 'b'}) reconcile(n);
  filter('b', {{}, {{web, {{{0x0af40105, 8080}}}}}, {}, {}});
  serve("pa");
  EXPECT_EQ(ask("b", "10.96.0.9", 80), "pa<192.0.2.2");
  EXPECT_EQ(ask("b", "10.96.0.9", 81), "refused");
}

TEST_F(hosts, each_nodes_dns_answers_its_own_pods) {
  std::vector<std::unique_ptr<actors::dns::service>> all;
  for (char n : {'a', 'c'}) {
    reconcile(n);
    filter(n);
    in(std::string(1, n), [&] {
      auto s = actors::dns::service::start({.address = 0x0a60000a}, 1);
      ASSERT_TRUE(s) << s.error();
      api::object_table services, slices, namespaces;
      services.put(api::object::parse(R"({"metadata":{"name":"node","namespace":"shop"},"spec":{"clusterIP":"10.96.0.)" +
                                      std::to_string(n) + R"("}})"));
      (*s)->publish(policies::services::make_dns_index("cluster.local", services, slices, namespaces));
      all.push_back(std::move(*s));
    });
  }
  for (auto* where : {"pa", "a", "pc", "c"}) {
    auto said = run(where, "busybox nslookup -type=a node.shop.svc.cluster.local 10.96.0.10 || true");
    auto expected = "10.96.0." + std::to_string(where[where[0] == 'p' ? 1 : 0]);
    EXPECT_NE(said.find(expected), std::string::npos) << where << ": " << said;
  }
}

TEST_F(hosts, large_packets_get_through_the_tunnel_also_from_pods_that_were_there_before_it) {
  for (char n : {'a', 'c'}) {
    reconcile(n);
    filter(n);
  }
  // The pods' links have 1500 bytes, as those of pods that were made before the first node behind a router.
  serve("pc", 1'000'000);
  EXPECT_EQ(count("pa", "10.244.3.5"), "1000000");
  EXPECT_EQ(count("a", "10.244.3.5"), "1000000");
  serve("pa", 1'000'000);
  EXPECT_EQ(count("pc", "10.244.1.5"), "1000000");
}

} // namespace
} // namespace troupe::tests
