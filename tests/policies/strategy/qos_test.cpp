#include "policies/strategy/qos.hpp"
#include "tests/policies/strategy/documents.hpp"

namespace troupe::policies::strategy {

TEST(qos, follows_requests_and_limits) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases{
      {R"({"containers":[{"name":"a"}]})", "BestEffort"},
      {R"({"containers":[{"resources":{"requests":{"cpu":"0"}}}]})", "BestEffort"},
      {R"({"containers":[{"resources":{"requests":{"a.b/gpu":"1"}}}]})", "BestEffort"},
      {R"({"containers":[{"resources":{"requests":{"cpu":"1"}}}]})", "Burstable"},
      {R"({"containers":[{"resources":{"limits":{"cpu":"1"},"requests":{"cpu":"1"}}}]})", "Burstable"},
      {R"({"containers":[{"resources":{"limits":{"cpu":"1","memory":"1Gi"},"requests":{"cpu":"1000m",
"memory":"1024Mi"}}}]})",
       "Guaranteed"},
      {R"({"containers":[{"resources":{"limits":{"cpu":"1","memory":"1Gi"},"requests":{"cpu":"1",
"memory":"1Gi"}}},{"name":"b"}]})",
       "Burstable"},
      {R"({"containers":[{"resources":{"limits":{"cpu":"1","memory":"1Gi"},"requests":{"cpu":"500m",
"memory":"1Gi"}}}]})",
       "Burstable"}};
  for (auto& [spec, expected] : cases)
    EXPECT_EQ(qos_class(parse(spec)), expected) << spec;
}

} // namespace troupe::policies::strategy
