#include "policies/scheduling/node_name.hpp"
#include "tests/policies/scheduling/builders.hpp"

namespace troupe::policies::scheduling {
namespace {

TEST(node_name_test, a_pod_that_names_a_node_fits_only_there) {
  EXPECT_TRUE(filtered(node_name::make(), *pod("p"), node()).ok());
  EXPECT_TRUE(filtered(node_name::make(), *pod("p", R"({"nodeName":"n1"})"), node()).ok());
  auto s = filtered(node_name::make(), *pod("p", R"({"nodeName":"n2"})"), node());
  EXPECT_EQ(s.what(), code::unschedulable_and_unresolvable);
  EXPECT_EQ(reason(s), "node(s) didn't match the requested node name");
}

} // namespace
} // namespace troupe::policies::scheduling
