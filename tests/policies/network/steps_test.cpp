#include "policies/network/steps.hpp"
#include <gtest/gtest.h>
#include <map>
#include <random>

namespace troupe::policies::network {
namespace {

const subnet pods_b{0x0af40200, 24}, pods_c{0x0af40300, 24};
const tunnel device{
  .name = "tr-x-v", .number = 7, .port = 8472, .local = 1, .address = 2, .hardware = {2}, .mtu = 1450};
const peer b{0x0af40201, {2, 1}, 10}, b_moved{0x0af40201, {2, 2}, 11}, c{0x0af40301, {2, 3}, 12};
const route direct_b{pods_b, 10, "eth0", 0}, tunnel_b{pods_b, 0x0af40201, "tr-x-v", 0},
  tunnel_c{pods_c, 0x0af40301, "tr-x-v", 0};
tunnel changed() {
  auto out = device;
  out.mtu = 1400;
  return out;
}

TEST(steps, lead_from_one_layout_to_the_other) {
  struct row {
    const char* name;
    layout present, wanted;
    std::vector<step> steps;
  };
  const row rows[] = {
    {"nothing to nothing", {}, {}, {}},
    {"what is there stays", {device, {c}, {direct_b, tunnel_c}}, {device, {c}, {direct_b, tunnel_c}}, {}},
    {"a first direct neighbour", {}, {{}, {}, {direct_b}}, {put_route{direct_b}}},
    {"a first node behind the tunnel", {}, {device, {c}, {tunnel_c}},
     {make_device{device}, add_peer{c}, put_route{tunnel_c}}},
    {"the last node behind the tunnel goes", {device, {c}, {tunnel_c}}, {},
     {remove_route{tunnel_c}, remove_device{"tr-x-v"}}},
    {"one of two goes", {device, {b, c}, {tunnel_b, tunnel_c}}, {device, {c}, {tunnel_c}},
     {remove_route{tunnel_b}, remove_peer{b}}},
    {"from the tunnel to a direct route: not a moment without", {device, {b}, {tunnel_b}}, {{}, {}, {direct_b}},
     {put_route{direct_b}, remove_device{"tr-x-v"}}},
    {"from a direct route to the tunnel", {{}, {}, {direct_b}}, {device, {b}, {tunnel_b}},
     {make_device{device}, add_peer{b}, put_route{tunnel_b}}},
    {"a node behind the tunnel has a new address", {device, {b}, {tunnel_b}}, {device, {b_moved}, {tunnel_b}},
     {remove_peer{b}, add_peer{b_moved}}},
    {"the tunnel is another one", {device, {c}, {direct_b, tunnel_c}}, {changed(), {c}, {direct_b, tunnel_c}},
     {remove_device{"tr-x-v"}, make_device{changed()}, add_peer{c}, put_route{tunnel_c}}},
    {"the kernel lost the routes when the interface was down", {device, {c}, {}}, {device, {c}, {direct_b, tunnel_c}},
     {put_route{direct_b}, put_route{tunnel_c}}},
    {"half an entry", {device, {{c.address, c.hardware, 0}}, {tunnel_c}}, {device, {c}, {tunnel_c}},
     {remove_peer{{c.address, c.hardware, 0}}, add_peer{c}}},
  };
  for (auto& r : rows) EXPECT_EQ(steps_between(r.present, r.wanted), r.steps) << r.name;
}

/// A kernel as the steps see it; says no to what a real one would refuse.
struct model {
  layout now;
  bool refused = false;
  void operator()(const remove_device& s) {
    refused |= !now.device || now.device->name != s.name;
    now.device.reset();
    now.peers.clear();
    std::erase_if(now.routes, [&](auto& r) { return r.device == s.name; });
  }
  void operator()(const make_device& s) {
    refused |= now.device.has_value();
    now.device = s.what;
  }
  void operator()(const remove_peer& s) { refused |= now.peers.erase(s.what) == 0; }
  void operator()(const add_peer& s) {
    refused |= !now.device;
    now.peers.insert(s.what);
  }
  void operator()(const remove_route& s) { refused |= now.routes.erase(s.what) == 0; }
  void operator()(const put_route& s) {
    refused |= s.what.device == "tr-x-v" && !now.device;
    std::erase_if(now.routes, [&](auto& r) { return r.to == s.what.to; });
    now.routes.insert(s.what);
  }
};

TEST(steps, from_any_layout_to_any_other_can_all_be_done) {
  std::mt19937_64 random(7);
  auto draw = [&] {
    layout out;
    if (random() % 3) out.device = random() % 2 ? device : changed();
    for (ipv4 i = 1; i <= 5; ++i) {
      subnet to{i << 8, 24};
      auto how = random() % 4;
      if (how == 0) out.routes.insert({to, ipv4(100 + random() % 2), "eth0", 0});
      if (how == 1 && out.device) {
        out.routes.insert({to, i, "tr-x-v", 0});
        out.peers.insert({i, {2, std::uint8_t(i)}, ipv4(50 + random() % 2)});
      }
    }
    return out;
  };
  for (int round = 0; round < 2000; ++round) {
    auto from = draw(), to = draw();
    model m{from};
    for (auto& s : steps_between(from, to)) std::visit(m, s);
    ASSERT_EQ(m.now, to) << "round " << round;
    ASSERT_FALSE(m.refused) << "round " << round;
  }
}

} // namespace
} // namespace troupe::policies::network
