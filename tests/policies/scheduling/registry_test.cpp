#include "policies/scheduling/registry.hpp"
#include "tests/policies/scheduling/builders.hpp"

namespace troupe::policies::scheduling {
namespace {

TEST(registry_test, names_and_weights_are_those_of_kubernetes) {
  std::string text;
  for (auto& p : default_plugins())
    if (p.score) text += std::string(p.name) + "=" + std::to_string(p.weight) + " ";
  EXPECT_EQ(text,
            "TaintToleration=3 NodeAffinity=2 NodeResourcesFit=1 NodeResourcesBalancedAllocation=1 ImageLocality=1 ");
}

TEST(registry_test, only_the_rejectors_are_asked_about_an_event) {
  auto plugins = default_plugins();
  auto small = node({.allocatable = R"({"cpu":"1","pods":"9"})"});
  cluster_event added{cluster_event::kind::node_added, nullptr, &small};
  auto p = pod("p", requesting("2"));
  plugin_set fit = 0, taints = 0;
  for (std::size_t i = 0; i < plugins.size(); ++i) {
    if (plugins[i].name == "NodeResourcesFit") fit = 1u << i;
    if (plugins[i].name == "TaintToleration") taints = 1u << i;
  }
  EXPECT_FALSE(may_help(plugins, fit, *p, added));
  EXPECT_TRUE(may_help(plugins, fit | taints, *p, added));
  EXPECT_TRUE(may_help(plugins, 0, *p, added));
}

} // namespace
} // namespace troupe::policies::scheduling
