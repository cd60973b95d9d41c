#include "actors/network/machine.hpp"
#include "actors/network/purge.hpp"
#include "hosts.hpp"

/// What is in the kernel, and that only what is ours is touched.
namespace troupe::tests {
namespace {

TEST_F(hosts, nodes_on_the_subnet_have_direct_routes_and_others_are_behind_the_tunnel) {
  EXPECT_GT(reconcile('a').steps, 0u);
  auto routes = run("a", "ip route show proto 116");
  EXPECT_NE(routes.find("10.244.2.0/24 via 192.0.2.2 dev eth0"), std::string::npos) << routes;
  EXPECT_NE(routes.find("10.244.3.0/24 via 10.244.3.1 dev tr-x-v"), std::string::npos) << routes;
  auto device = run("a", "ip -d link show tr-x-v");
  for (auto* part : {"mtu 1450", "02:74:c0:00:02:01", "local 192.0.2.1", "dstport 8472", "nolearning", "UP"})
    EXPECT_NE(device.find(part), std::string::npos) << part << "\n" << device;
  EXPECT_EQ(run("a", "cat /proc/sys/net/ipv4/ip_forward"), "1\n");
  in("a", [] {
    EXPECT_EQ(actors::network::pod_mtu("x", "192.0.2.1"), 1450u);
    EXPECT_EQ(actors::network::pod_mtu("other", "192.0.2.1"), 1500u);
  });
}

TEST_F(hosts, a_second_look_finds_nothing_to_do) {
  reconcile('a');
  auto before = kernel_of("a");
  EXPECT_EQ(reconcile('a').steps, 0u);
  EXPECT_EQ(kernel_of("a"), before);
}

TEST_F(hosts, what_others_broke_is_repaired) {
  const char* breakages[] = {
    "ip route del 10.244.2.0/24",
    "ip route del 10.244.3.0/24",
    "ip link del tr-x-v",
    "ip link set tr-x-v down",
    "ip link set tr-x-v mtu 1300",
    "ip addr flush dev tr-x-v",
    "ip neigh flush dev tr-x-v nud permanent",
    "bridge fdb del 02:74:c6:33:64:03 dev tr-x-v dst 198.51.100.3",
    "bridge fdb append 02:74:c6:33:64:07 dev tr-x-v dst 198.51.100.7",
    "ip neigh add 10.244.9.1 lladdr 02:74:c6:33:64:09 dev tr-x-v nud permanent",
    "ip link set eth0 down; ip link set eth0 up; ip route add default via 192.0.2.254",
    "ip link del tr-x-v; ip link add tr-x-v type bridge; ip link set tr-x-v up",
  };
  reconcile('a');
  auto right = run("a", "ip route show proto 116; ip neigh show nud permanent; bridge fdb show dev tr-x-v; "
                        "ip -o addr show dev tr-x-v | sed 's/^[0-9]*: *//'");
  for (auto* b : breakages) {
    run("a", b);
    EXPECT_GT(reconcile('a').steps, 0u) << b;
    EXPECT_EQ(run("a", "ip route show proto 116; ip neigh show nud permanent; bridge fdb show dev tr-x-v; "
                       "ip -o addr show dev tr-x-v | sed 's/^[0-9]*: *//'"), right) << b;
    EXPECT_EQ(reconcile('a').steps, 0u) << b;
  }
}

TEST_F(hosts, nodes_that_move_or_go_are_followed) {
  for (char n : {'a', 'b', 'c'}) reconcile(n);
  serve("pc");
  EXPECT_EQ(ask("pa", "10.244.3.5"), "pc<10.244.1.5");
  // c gets another address behind the router, then one on the subnet of the others.
  run("c", "ip addr add 198.51.100.4/24 dev eth0; ip addr del 198.51.100.3/24 dev eth0; "
           "ip addr replace 198.51.100.4/24 dev eth0; ip route replace default via 198.51.100.254");
  nodes[2].address = 0xc6336404;
  for (char n : {'a', 'b', 'c'}) reconcile(n);
  EXPECT_EQ(ask("pa", "10.244.3.5"), "pc<10.244.1.5");
  run("r", "ip link set vc master s1");
  run("c", "ip addr add 192.0.2.3/24 dev eth0; ip route replace default via 192.0.2.254");
  nodes[2].address = 0xc0000203;
  for (char n : {'a', 'b', 'c'}) reconcile(n);
  EXPECT_EQ(ask("pa", "10.244.3.5"), "pc<10.244.1.5");
  EXPECT_EQ(run("a", "ip -o link show type vxlan"), "") << "nobody is behind it any more";
  nodes.pop_back();
  reconcile('a');
  EXPECT_EQ(run("a", "ip route show proto 116 | cut -d' ' -f1"), "10.244.2.0/24\n");
}

TEST_F(hosts, forwarded_packets_pass_where_another_program_drops_them_by_default) {
  for (char n : {'a', 'b'}) {
    EXPECT_EQ(run(std::string(1, n), "iptables -P FORWARD DROP"), "");
    filter(n);
  }
  serve("pb");
  serve("x");
  EXPECT_EQ(ask("pa", "192.0.2.9"), "silent");
  auto before = kernel_of("a");
  for (char n : {'a', 'b'}) reconcile(n);
  EXPECT_EQ(ask("pa", "10.244.2.5"), "pb<10.244.1.5");
  EXPECT_EQ(ask("pa", "192.0.2.9"), "x<192.0.2.1") << "out of the cluster, too";
  auto shown = run("a", "iptables -S FORWARD");
  EXPECT_NE(shown.find("-A FORWARD -s 10.244.0.0/16"), std::string::npos) << "others understand the rules: " << shown;
  in("a", [] { EXPECT_EQ(actors::network::purge("x"), std::vector<std::string>{}); });
  EXPECT_EQ(kernel_of("a"), before);
  EXPECT_EQ(ask("pa", "192.0.2.9"), "silent");
}

TEST_F(hosts, purge_leaves_what_was_there_before_and_what_is_anothers) {
  run("a", "ip route add 10.244.3.0/24 via 192.0.2.254 metric 30000; ip route add 10.9.0.0/16 via 192.0.2.2 proto 116");
  auto before = kernel_of("a");
  reconcile('a');
  auto other = view('a');
  other.instance = "y";
  other.cluster_id = "another";
  other.self.pods = {0x0af30100, 24};
  other.nodes = {{"z", 0xc6336409, {0x0af30200, 24}}};
  reconcile(other);
  auto both = kernel_of("a");
  EXPECT_NE(both.find("tr-y-v"), std::string::npos);
  in("a", [] {
    EXPECT_EQ(actors::network::purge("x"), std::vector<std::string>{});
    EXPECT_EQ(actors::network::purge("x"), std::vector<std::string>{}) << "twice is fine";
  });
  auto after = kernel_of("a");
  EXPECT_EQ(after.find("tr-x-v"), std::string::npos) << after;
  EXPECT_NE(after.find("10.243.2.0/24 via 10.243.2.1 dev tr-y-v"), std::string::npos) << after;
  in("a", [] { EXPECT_EQ(actors::network::purge("y"), std::vector<std::string>{}); });
  EXPECT_EQ(kernel_of("a"), before);
}

} // namespace
} // namespace troupe::tests
