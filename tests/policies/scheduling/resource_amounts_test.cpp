#include "policies/scheduling/resource_amounts.hpp"
#include "tests/policies/scheduling/builders.hpp"

namespace troupe::policies::scheduling {
namespace {

struct request_case {
  std::string name, spec;
  std::int64_t milli_cpu = 0, memory = 0;
};
class pod_requests_test : public testing::TestWithParam<request_case> {};

TEST_P(pod_requests_test, counts) {
  auto spec = from_json(GetParam().spec);
  auto r = pod_requests(spec.get_object(), missing_requests::count_as_zero);
  EXPECT_EQ(r.milli_cpu, GetParam().milli_cpu);
  EXPECT_EQ(r.memory, GetParam().memory);
}
INSTANTIATE_TEST_SUITE_P(
    , pod_requests_test,
    testing::Values(
        request_case{.name = "containers_add_up",
                     .spec = R"({"containers":[{"resources":{"requests":{"cpu":"100m","memory":"1Ki"}}},{"resources":{)"
                             R"("requests":{"cpu":"1"}}}]})",
                     .milli_cpu = 1100,
                     .memory = 1024},
        request_case{
            .name = "a_larger_init_container_counts_instead",
            .spec = R"({"containers":[{"resources":{"requests":{"cpu":"100m","memory":"10"}}}],"initContainers":[{)"
                    R"("resources":{"requests":{"cpu":"2","memory":"5"}}}]})",
            .milli_cpu = 2000,
            .memory = 10},
        request_case{.name = "sidecars_run_beside_the_containers",
                     .spec = R"({"containers":[{"resources":{"requests":{"cpu":"100m"}}}],"initContainers":[{)"
                             R"("restartPolicy":"Always","resources":{"requests":{"cpu":"200m"}}}]})",
                     .milli_cpu = 300},
        request_case{
            .name = "init_containers_run_beside_the_sidecars_before_them",
            .spec = R"({"containers":[{"resources":{"requests":{"cpu":"100m"}}}],"initContainers":[{"resources":{)"
                    R"("requests":{"cpu":"500m"}}},{"restartPolicy":"Always","resources":{"requests":{)"
                    R"("cpu":"200m"}}},{"resources":{"requests":{"cpu":"400m"}}}]})",
            .milli_cpu = 600},
        request_case{.name = "overhead_is_added_at_the_end",
                     .spec = R"({"overhead":{"cpu":"50m"},"containers":[{"resources":{"requests":{"cpu":"100m"}}}],)"
                             R"("initContainers":[{"resources":{"requests":{"cpu":"1"}}}]})",
                     .milli_cpu = 1050},
        request_case{.name = "no_containers_need_nothing", .spec = "{}"}),
    [](auto& i) { return i.param.name; });

TEST(resource_amounts_test, scoring_assumes_defaults_per_container_and_resource) {
  auto spec = from_json(R"({"containers":[{},{"resources":{"requests":{"cpu":"1"}}}]})");
  auto r = pod_requests(spec.get_object(), missing_requests::count_as_default);
  EXPECT_EQ(r.milli_cpu, 1000 + default_milli_cpu);
  EXPECT_EQ(r.memory, 2 * default_memory);
}

TEST(resource_amounts_test, adding_and_subtracting_extended_resources_gives_what_was_there) {
  resource_amounts a, b;
  b.set_scalar("example.com/gpu", 2);
  a.add(b);
  a.add(b);
  EXPECT_EQ(a.scalar("example.com/gpu"), 4);
  a.subtract(b);
  EXPECT_EQ(a.scalar("example.com/gpu"), 2);
  EXPECT_EQ(a.scalar("example.com/other"), 0);
}

} // namespace
} // namespace troupe::policies::scheduling
