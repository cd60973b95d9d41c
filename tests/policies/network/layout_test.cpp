#include "policies/network/layout.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::network {
namespace {

constexpr ipv4 ip_a = 0xc0a80101, ip_b = 0xc0a80102, ip_c = 0xc6336402; // 192.168.1.1, .2 and 198.51.100.2
const subnet pods_a{0x0af40100, 24}, pods_b{0x0af40200, 24}, pods_c{0x0af40300, 24}, services{0x0a600000, 16},
  anywhere{0, 0};

cluster_view cluster(std::vector<node> nodes) {
  return {.instance = "x",
          .cluster_id = "id",
          .self = {"a", ip_a, pods_a},
          .cluster = {0x0af40000, 16},
          .services = services,
          .nodes = std::move(nodes)};
}
machine_view machine() { return {{{"eth0", 1500, {{ip_a, 24}}}}, {anywhere}}; }
const node b{"b", ip_b, pods_b}, c{"c", ip_c, pods_c};
const route direct_b{pods_b, ip_b, "eth0", 0}, tunnel_b{pods_b, 0x0af40201, "tr-x-v", 0},
  tunnel_c{pods_c, 0x0af40301, "tr-x-v", 0};
const peer peer_b{0x0af40201, {0x02, 0x74, 192, 168, 1, 2}, ip_b},
  peer_c{0x0af40301, {0x02, 0x74, 198, 51, 100, 2}, ip_c};

TEST(layout, nodes_on_the_subnet_are_reached_directly_and_others_through_the_tunnel) {
  struct row {
    const char* name;
    std::vector<node> nodes;
    machine_view on;
    bool direct = true;
    std::set<route> routes;
    std::set<peer> peers;
  };
  auto narrow = machine();
  narrow.interfaces[0].addresses[0].bits = 32;
  auto second = machine();
  second.interfaces.push_back({"eth1", 1500, {{0xc6336409, 24}}});
  auto elsewhere = machine();
  elsewhere.interfaces[0].addresses[0].address = 0xc0a80109;
  const row rows[] = {
    {.name = "alone", .on = machine()},
    {.name = "a neighbour", .nodes = {b}, .on = machine(), .routes = {direct_b}},
    {.name = "a node behind a router", .nodes = {c}, .on = machine(), .routes = {tunnel_c}, .peers = {peer_c}},
    {.name = "both", .nodes = {b, c}, .on = machine(), .routes = {direct_b, tunnel_c}, .peers = {peer_c}},
    {.name = "a network that refuses foreign addresses", .nodes = {b}, .on = machine(), .direct = false,
     .routes = {tunnel_b}, .peers = {peer_b}},
    {.name = "an own address without neighbours", .nodes = {b}, .on = narrow, .routes = {tunnel_b}, .peers = {peer_b}},
    {.name = "on the subnet of another own address: that node would send elsewhere", .nodes = {c}, .on = second,
     .routes = {tunnel_c}, .peers = {peer_c}},
    {.name = "an own address that the machine does not have", .nodes = {b}, .on = elsewhere, .routes = {tunnel_b},
     .peers = {peer_b}},
  };
  for (auto& r : rows) {
    auto view = cluster(r.nodes);
    view.direct = r.direct;
    auto plan = plan_layout(view, r.on);
    EXPECT_EQ(plan.wanted.routes, r.routes) << r.name;
    EXPECT_EQ(plan.wanted.peers, r.peers) << r.name;
    EXPECT_EQ(plan.wanted.device.has_value(), !r.peers.empty()) << r.name;
    EXPECT_TRUE(plan.problems.empty()) << r.name;
  }
}

TEST(layout, both_ends_decide_alike) {
  // Of two machines with two networks each, only the networks of their node addresses count.
  machine_view on_a{{{"eth0", 1500, {{ip_a, 24}}}, {"eth1", 1500, {{0xc6336409, 24}}}}, {anywhere}};
  machine_view on_c{{{"eth0", 1500, {{ip_c, 24}}}, {"eth1", 1500, {{0xc0a80107, 24}}}}, {anywhere}};
  auto view_c = cluster({{"a", ip_a, pods_a}});
  view_c.self = c;
  EXPECT_TRUE(plan_layout(cluster({c}), on_a).wanted.device);
  EXPECT_TRUE(plan_layout(view_c, on_c).wanted.device);
}

TEST(layout, what_one_end_of_the_tunnel_is_the_other_end_knows) {
  machine_view on_c{{{"eth0", 9000, {{ip_c, 24}}}}, {anywhere}};
  auto view_c = cluster({{"a", ip_a, pods_a}});
  view_c.self = c;
  view_c.instance = "y";
  auto at_c = plan_layout(view_c, on_c).wanted;
  auto at_a = plan_layout(cluster({c}), machine()).wanted;
  ASSERT_TRUE(at_a.device && at_c.device);
  EXPECT_EQ(at_a.device->number, at_c.device->number) << "whatever the instances are called";
  EXPECT_EQ(at_a.device->port, 8472);
  EXPECT_EQ(at_c.peers.begin()->address, at_a.device->address);
  EXPECT_EQ(at_c.peers.begin()->hardware, at_a.device->hardware);
  EXPECT_EQ(at_c.peers.begin()->node, at_a.device->local);
  EXPECT_EQ(at_a.device->mtu, 1450u);
  EXPECT_EQ(at_c.device->mtu, 8950u);
}

TEST(layout, a_machine_without_a_default_route_gets_one_to_the_services) {
  struct row {
    const char* name;
    std::vector<subnet> foreign;
    bool wanted;
  };
  const row rows[] = {
    {"nothing", {}, true},
    {"a default route", {anywhere}, false},
    {"a route around the range", {{0x0a000000, 8}}, false},
    {"a route to the range", {services}, false},
    {"a route to a part of it", {{0x0a600000, 24}}, true},
    {"a route beside it", {{0x0a610000, 16}}, true},
  };
  for (auto& r : rows) {
    auto on = machine();
    on.foreign = r.foreign;
    auto routes = plan_layout(cluster({}), on).wanted.routes;
    EXPECT_EQ(routes, r.wanted ? std::set<route>({{services, 0, "eth0", ip_a}}) : std::set<route>{}) << r.name;
  }
  EXPECT_TRUE(plan_layout(cluster({}), {}).wanted.routes.empty()) << "a machine without network";
}

TEST(layout, routes_of_others_to_the_pods_of_a_node_are_told) {
  auto on = machine();
  on.foreign.push_back({0x0af40200, 25});
  on.foreign.push_back({0x0af40000, 16});
  auto plan = plan_layout(cluster({b}), on);
  EXPECT_EQ(plan.wanted.routes, std::set<route>{direct_b}) << "ours is more precise than the second one";
  EXPECT_EQ(plan.problems, std::vector<std::string>{
                             "node b: somebody else's route to 10.244.2.0/25 may lead packets to its pods elsewhere"});
}

TEST(layout, a_tiny_link_does_not_turn_the_mtu_over) {
  auto on = machine();
  on.interfaces[0].mtu = 40;
  EXPECT_EQ(plan_layout(cluster({c}), on).wanted.device->mtu, 68u);
}

} // namespace
} // namespace troupe::policies::network
