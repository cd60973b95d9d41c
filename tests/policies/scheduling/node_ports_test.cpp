#include "policies/scheduling/node_ports.hpp"
#include "tests/policies/scheduling/builders.hpp"

namespace troupe::policies::scheduling {
namespace {

std::string port(const std::string& members) {
  return R"({"containers":[{"ports":[{"containerPort":80,)" + members + "}]}]}";
}
struct port_case {
  std::string name, taken, wanted;
  bool free = false;
};
class node_ports_test : public testing::TestWithParam<port_case> {};

TEST_P(node_ports_test, decides) {
  auto n = node();
  n.add(pod("other", port(GetParam().taken)));
  auto s = filtered(node_ports::make(), *pod("p", port(GetParam().wanted)), n);
  EXPECT_EQ(s.ok(), GetParam().free);
  if (!s.ok()) {
    EXPECT_EQ(reason(s), "node(s) didn't have free ports for the requested pod ports");
  }
}
INSTANTIATE_TEST_SUITE_P(
    , node_ports_test,
    testing::Values(
        port_case{"the_same_port_conflicts", R"("hostPort":80)", R"("hostPort":80)"},
        port_case{"another_port_is_free", R"("hostPort":80)", R"("hostPort":81)", true},
        port_case{"another_protocol_is_free", R"("hostPort":80)", R"("hostPort":80,"protocol":"UDP")", true},
        port_case{"another_address_is_free", R"("hostPort":80,"hostIP":"10.0.0.1")",
                  R"("hostPort":80,"hostIP":"10.0.0.2")", true},
        port_case{"all_addresses_conflict_with_each", R"("hostPort":80)", R"("hostPort":80,"hostIP":"10.0.0.2")"},
        port_case{"a_container_port_takes_nothing", R"("hostPort":80)", R"("name":"x")", true}),
    [](auto& i) { return i.param.name; });

TEST(node_ports_release_test, a_removed_pod_gives_its_port_back) {
  auto n = node();
  auto first = pod("first", port(R"("hostPort":80)"));
  n.add(first);
  n.remove(*first);
  EXPECT_TRUE(filtered(node_ports::make(), *pod("p", port(R"("hostPort":80)")), n).ok());
}

} // namespace
} // namespace troupe::policies::scheduling
