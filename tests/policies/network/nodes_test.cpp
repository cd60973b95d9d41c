#include "policies/network/nodes.hpp"
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace troupe::policies::network {
namespace {

const node self{"a", 0xc0a80101, {0x0af40100, 24}};
const subnet cluster{0x0af40000, 16};

api::object_ptr node_object(const std::string& name, const std::string& ip, const std::string& range) {
  auto spec = range.empty() ? std::string("{}") : fmt::format(R"({{"podCIDR":"{0}","podCIDRs":["{0}"]}})", range);
  return api::object::parse(fmt::format(
    R"({{"apiVersion":"v1","kind":"Node","metadata":{{"name":"{}"}},"spec":{},
        "status":{{"addresses":[{{"type":"Hostname","address":"{}"}},{{"type":"InternalIP","address":"{}"}}]}}}})",
    name, spec, name, ip));
}

node_list read(std::vector<api::object_ptr> objects) {
  api::object_table all;
  for (auto& o : objects) all.put(o);
  return nodes_of(all, self, cluster);
}

TEST(nodes, those_with_an_address_and_a_range_are_reached) {
  struct row {
    const char* name;
    api::object_ptr object;
    std::vector<node> found;
  };
  const node b{"b", 0xc0a80102, {0x0af40200, 24}};
  const row rows[] = {
    {"another node", node_object("b", "192.168.1.2", "10.244.2.0/24"), {b}},
    {"the node itself", node_object("a", "192.168.1.1", "10.244.1.0/24"), {}},
    {"no range yet", node_object("b", "192.168.1.2", ""), {}},
    {"no address yet", node_object("b", "", "10.244.2.0/24"), {}},
    {"an address of another family", node_object("b", "fd00::2", "10.244.2.0/24"), {}},
    {"a simulated node", node_object("hollow-0001", "192.168.1.1", "100.64.1.0/24"), {}},
    {"the old field alone", api::object::parse(R"({"metadata":{"name":"b"},"spec":{"podCIDR":"10.244.2.0/24"},
       "status":{"addresses":[{"type":"InternalIP","address":"192.168.1.2"}]}})"), {b}},
    {"ranges and addresses of both families",
     api::object::parse(R"({"metadata":{"name":"b"},"spec":{"podCIDR":"fd00:1::/64",
       "podCIDRs":["fd00:1::/64","10.244.2.0/24"]},
       "status":{"addresses":[{"type":"InternalIP","address":"fd00::2"},{"type":"ExternalIP","address":"192.0.2.9"},
       {"type":"InternalIP","address":"192.168.1.2"}]}})"), {b}},
    {"nonsense", api::object::parse(R"({"metadata":{"name":"b"},"spec":{"podCIDRs":[7]},"status":{"addresses":{}}})"),
     {}},
  };
  for (auto& r : rows) {
    auto out = read({r.object});
    EXPECT_EQ(out.nodes, r.found) << r.name;
    EXPECT_TRUE(out.problems.empty()) << r.name;
  }
}

TEST(nodes, of_two_that_claim_the_same_the_first_by_name_has_it) {
  struct row {
    const char* name;
    std::vector<api::object_ptr> objects;
    std::vector<std::string> found, problems;
  };
  auto b = node_object("b", "192.168.1.2", "10.244.2.0/24");
  const row rows[] = {
    {"the same range", {b, node_object("c", "192.168.1.3", "10.244.2.0/24")}, {"b"},
     {"node c: its pods' range 10.244.2.0/24 overlaps 10.244.2.0/24 of node b"}},
    {"a range around it", {b, node_object("c", "192.168.1.3", "10.244.0.0/22")}, {"b"},
     {"node c: its pods' range 10.244.0.0/22 overlaps 10.244.1.0/24 of node a"}},
    {"a range within it", {b, node_object("c", "192.168.1.3", "10.244.2.128/25")}, {"b"},
     {"node c: its pods' range 10.244.2.128/25 overlaps 10.244.2.0/24 of node b"}},
    {"this node's range", {node_object("c", "192.168.1.3", "10.244.1.0/24")}, {},
     {"node c: its pods' range 10.244.1.0/24 overlaps 10.244.1.0/24 of node a"}},
    {"the same address", {b, node_object("c", "192.168.1.2", "10.244.3.0/24")}, {"b"},
     {"node c: its address 192.168.1.2 is that of node b"}},
    {"this node's address", {node_object("c", "192.168.1.1", "10.244.3.0/24")}, {},
     {"node c: its address 192.168.1.1 is that of node a"}},
    {"neighbours", {b, node_object("c", "192.168.1.3", "10.244.3.0/24")}, {"b", "c"}, {}},
  };
  for (auto& r : rows) {
    auto out = read(r.objects);
    std::vector<std::string> names;
    for (auto& n : out.nodes) names.push_back(n.name);
    EXPECT_EQ(names, r.found) << r.name;
    EXPECT_EQ(out.problems, r.problems) << r.name;
  }
}

} // namespace
} // namespace troupe::policies::network
