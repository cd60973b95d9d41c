#include "policies/admission/amounts.hpp"
#include "tests/policies/admission/world.hpp"

namespace troupe::policies::admission {

TEST(amounts, of_a_pod_are_those_of_its_peak) {
  auto pod = parse(
      R"({"spec":{"overhead":{"cpu":"100m"},"containers":[{"resources":{"requests":{"cpu":"1","memory":"1Gi"}}},
{"resources":{"requests":{"cpu":"1"}}}],
    "initContainers":[{"restartPolicy":"Always","resources":{"requests":{"cpu":"500m"}}},
{"resources":{"requests":{"cpu":"4"}}}]}})");
  EXPECT_EQ(text_of(pod_amounts(pod, "requests")), "cpu=4600m,memory=1Gi");
  EXPECT_EQ(text_of(pod_amounts(pod, "limits")), "");
  EXPECT_EQ(text_of(read_amounts(nullptr)), "");
}

} // namespace troupe::policies::admission
