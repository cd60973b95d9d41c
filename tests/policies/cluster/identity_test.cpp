#include "policies/cluster/identity.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::cluster {
namespace {

TEST(identity, survives_the_way_through_a_certificate) {
  for (auto& node : {node_identity{1, "a", true}, node_identity{18446744073709551615ull, "host.example", false}}) {
    auto back = identity_of(subject_of(node));
    ASSERT_TRUE(back.has_value());
    EXPECT_EQ(*back, node);
  }
}

TEST(identity, is_the_one_that_kubernetes_gives_a_kubelet) {
  auto s = subject_of({7, "web-1", false});
  EXPECT_EQ(s.common_name, "system:node:web-1");
  EXPECT_EQ(s.organizations, std::vector<std::string>{"system:nodes"});
}

TEST(identity, anything_else_is_nobody) {
  auto good = subject_of({7, "web-1", true});
  struct { std::string name; void (*spoil)(certificate_subject&); } cases[] = {
    {"an administrator", [](auto& s) { s.common_name = "kubernetes-admin"; }},
    {"a node without name", [](auto& s) { s.common_name = "system:node:"; }},
    {"no member of the nodes", [](auto& s) { s.organizations = {"troupe:control-plane"}; }},
    {"no id", [](auto& s) { s.dns_names.clear(); }},
    {"id zero", [](auto& s) { s.dns_names = {"0.node.troupe.internal"}; }},
    {"an id with a leading zero", [](auto& s) { s.dns_names = {"07.node.troupe.internal"}; }},
    {"an id that is no number", [](auto& s) { s.dns_names = {"x7.node.troupe.internal"}; }},
    {"an id above 64 bits", [](auto& s) { s.dns_names = {"18446744073709551616.node.troupe.internal"}; }},
    {"two ids", [](auto& s) { s.dns_names.push_back("8.node.troupe.internal"); }},
  };
  for (auto& c : cases) {
    auto s = good;
    c.spoil(s);
    EXPECT_FALSE(identity_of(s).has_value()) << c.name;
  }
  good.dns_names.push_back("localhost");
  EXPECT_TRUE(identity_of(good).has_value()) << "the API server's other names do no harm";
}

} // namespace
} // namespace troupe::policies::cluster
