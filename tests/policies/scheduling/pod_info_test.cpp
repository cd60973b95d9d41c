#include "policies/scheduling/pod_info.hpp"
#include "tests/policies/scheduling/builders.hpp"

namespace troupe::policies::scheduling {
namespace {

TEST(pod_info_test, images_get_a_tag_where_they_have_none) {
  EXPECT_EQ(image_name("nginx"), "nginx:latest");
  EXPECT_EQ(image_name("nginx:1"), "nginx:1");
  EXPECT_EQ(image_name("localhost:5000/nginx"), "localhost:5000/nginx:latest");
  EXPECT_EQ(image_name("nginx@sha256:abc"), "nginx@sha256:abc");
}

TEST(pod_info_test, only_sidecars_among_init_containers_take_host_ports) {
  auto p = pod(
      "p", R"({"initContainers":[{"ports":[{"hostPort":1}]},{"restartPolicy":"Always","ports":[{"hostPort":2}]}]})");
  ASSERT_EQ(p->ports.size(), 1u);
  EXPECT_EQ(p->ports[0].port, 2);
}

TEST(pod_info_test, a_new_condition_is_no_reason_to_try_again_and_a_new_toleration_is) {
  auto a = pod("p"), b = pod("p", "{}", R"({"conditions":[{"type":"PodScheduled"}]})");
  EXPECT_FALSE(needs_new_attempt(*a, *b));
  EXPECT_TRUE(needs_new_attempt(*a, *pod("p", R"({"tolerations":[{"operator":"Exists"}]})")));
}

} // namespace
} // namespace troupe::policies::scheduling
