#include "policies/node/node_object.hpp"
#include "tests/policies/node/builders.hpp"

namespace troupe::policies::node {
namespace {
using namespace std::chrono_literals;

node_facts facts() {
  node_facts f;
  f.name = "n1";
  f.labels = {{"zone", "a"}};
  f.taints = {"k=v:NoSchedule", "only:NoExecute"};
  f.addresses = {"192.0.2.1"};
  f.milli_cpu = 2000;
  f.reserved_milli_cpu = 500;
  f.memory_bytes = 4096 * 1024;
  f.pod_cidr = "10.244.0.0/24";
  return f;
}

TEST(node_object, registration) {
  auto n = node_object(facts(), {}, noon);
  EXPECT_EQ(api::string_at(n, {"metadata", "labels", "kubernetes.io/arch"}), "amd64");
  EXPECT_EQ(api::string_at(n, {"metadata", "labels", "zone"}), "a");
  EXPECT_EQ(api::string_at(n, {"spec", "podCIDR"}), "10.244.0.0/24");
  auto& taints = *api::array_at(n, {"spec", "taints"});
  EXPECT_EQ(api::string_at(taints[0], {"value"}), "v");
  EXPECT_EQ(api::string_at(taints[1], {"key"}), "only");
  EXPECT_EQ(api::string_at(taints[1], {"effect"}), "NoExecute");
  EXPECT_EQ(api::string_at(n, {"status", "capacity", "cpu"}), "2");
  EXPECT_EQ(api::string_at(n, {"status", "allocatable", "cpu"}), "1500m");
  EXPECT_EQ(api::string_at(n, {"status", "allocatable", "memory"}), "4096Ki");
  EXPECT_EQ(api::string_at(n, {"status", "capacity", "pods"}), "110");
}

TEST(node_object, conditions_keep_their_transition_times) {
  auto first = node_status(facts(), {}, {}, {}, noon);
  auto later = node_status(facts(), {}, {}, first, noon + 60s);
  auto& ready = (*api::array_at(later, {"conditions"}))[3];
  EXPECT_EQ(api::string_at(ready, {"type"}), "Ready");
  EXPECT_EQ(api::string_at(ready, {"lastTransitionTime"}), "2026-11-22T12:00:00Z");
  EXPECT_EQ(api::string_at(ready, {"lastHeartbeatTime"}), "2026-11-22T12:01:00Z");
  node_health sick;
  sick.problem = "container runtime is down";
  auto down = node_status(facts(), sick, {}, first, noon + 60s);
  auto& unready = (*api::array_at(down, {"conditions"}))[3];
  EXPECT_EQ(api::string_at(unready, {"status"}), "False");
  EXPECT_EQ(api::string_at(unready, {"message"}), "container runtime is down");
  EXPECT_EQ(api::string_at(unready, {"lastTransitionTime"}), "2026-11-22T12:01:00Z");
}

TEST(node_object, a_status_is_due_when_it_changed_or_is_old) {
  auto first = node_status(facts(), {}, {}, {}, noon), same = node_status(facts(), {}, {}, first, noon + 10s);
  EXPECT_FALSE(node_status_due(first, same, noon, noon + 10s, 5min)) << "heartbeats alone are no news";
  EXPECT_TRUE(node_status_due(first, same, noon, noon + 5min, 5min));
  EXPECT_TRUE(node_status_due(first, node_status(facts(), {}, {{{"img"}, 1}}, first, noon), noon, noon, 5min));
}

TEST(node_object, images_are_the_fifty_largest) {
  std::vector<node_image> images;
  for (std::uint64_t i = 0; i < 60; ++i) images.push_back({{"i" + std::to_string(i)}, i});
  auto s = node_status(facts(), {}, images, {}, noon);
  auto& list = *api::array_at(s, {"images"});
  ASSERT_EQ(list.size(), 50u);
  EXPECT_EQ(api::int_at(list[0], {"sizeBytes"}), 59);
}

TEST(node_object, labels_that_differ_and_the_lease) {
  auto node = api::object::parse(R"({"metadata":{"name":"n1","labels":{"kubernetes.io/os":"linux","mine":"x"}}})");
  auto changes = node_label_changes(facts(), *node);
  EXPECT_FALSE(changes.contains("kubernetes.io/os"));
  EXPECT_FALSE(changes.contains("mine"));
  EXPECT_TRUE(changes.contains("kubernetes.io/hostname"));
  auto lease = lease_object("n1", "u", 40, noon);
  EXPECT_EQ(api::string_at(lease, {"metadata", "namespace"}), "kube-node-lease");
  EXPECT_EQ(api::string_at(lease, {"spec", "renewTime"}), "2026-11-22T12:00:00.000000Z");
  EXPECT_EQ(api::string_at((*api::array_at(lease, {"metadata", "ownerReferences"}))[0], {"uid"}), "u");
}

} // namespace
} // namespace troupe::policies::node
