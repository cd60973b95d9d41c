#include "policies/node/resources.hpp"
#include "tests/policies/node/builders.hpp"

namespace troupe::policies::node {
namespace {

std::string qos(std::string_view resources, std::string_view second = "") {
  auto text = fmt::format(R"({{"containers":[{{"name":"a","resources":{}}}{}]}})", resources, second);
  return std::string(qos_text(qos_of(*make_pod(text))));
}

TEST(resources, quality_of_service) {
  EXPECT_EQ(qos("{}"), "BestEffort");
  EXPECT_EQ(qos(R"({"requests":{"cpu":"1"}})"), "Burstable");
  EXPECT_EQ(qos(R"({"limits":{"cpu":"1","memory":"1Gi"},"requests":{"cpu":"1","memory":"1Gi"}})"), "Guaranteed");
  EXPECT_EQ(qos(R"({"limits":{"cpu":"1","memory":"1Gi"},"requests":{"cpu":"500m","memory":"1Gi"}})"), "Burstable");
  EXPECT_EQ(qos(R"({"limits":{"cpu":"1","memory":"1Gi"}})", R"(,{"name":"b"})"), "Burstable");
  EXPECT_EQ(qos(R"({"requests":{"nvidia.com/gpu":"1"}})"), "BestEffort");
}

TEST(resources, kernel_numbers) {
  EXPECT_EQ(cpu_shares(0), 2);
  EXPECT_EQ(cpu_shares(250), 256);
  EXPECT_EQ(cpu_shares(1'000'000), 262144);
  EXPECT_EQ(cpu_quota_us(0), 0);
  EXPECT_EQ(cpu_quota_us(200), 20000);
  EXPECT_EQ(cpu_quota_us(1), 1000) << "the kernel takes no less";
}

TEST(resources, cgroups_and_out_of_memory_scores) {
  auto burst = make_pod(R"({"containers":[{"name":"a","resources":{"requests":{"memory":"1Gi"}}}]})");
  auto& c = *containers_of(*burst)[0].spec;
  constexpr std::int64_t node = std::int64_t(4) << 30;
  EXPECT_EQ(cgroup_parent(*burst), "burstable/podu1");
  EXPECT_EQ(cgroup_parent(*make_pod()), "besteffort/podu1");
  EXPECT_EQ(oom_score_adj(*burst, c, node), 750);
  EXPECT_EQ(oom_score_adj(*make_pod(), {}, node), 1000);
  auto critical = make_pod(R"({"priority":2000001000,"containers":[{"name":"a"}]})");
  EXPECT_EQ(oom_score_adj(*critical, {}, node), -997);
  auto fixed = make_pod(R"({"containers":[{"name":"a","resources":{"limits":{"cpu":"1","memory":"1"}}}]})");
  EXPECT_EQ(cgroup_parent(*fixed), "podu1");
  EXPECT_EQ(oom_score_adj(*fixed, {}, node), -997);
}

} // namespace
} // namespace troupe::policies::node
