#include "tests/policies/admission/world.hpp"

namespace troupe::policies::admission {

namespace {
std::string with_resources(std::string_view resources) {
  return R"({"metadata":{"name":"p"},"spec":{"serviceAccountName":"default","containers":[{"name":"c",
"resources":)" +
         std::string(resources) + "}]}}";
}
} // namespace

TEST(limit_ranger, fills_what_containers_leave_out) {
  world w;
  w.ranges = {make(R"({"metadata":{"name":"l"},"spec":{"limits":[{"type":"Container","default":{"cpu":"1"},
"defaultRequest":{"cpu":"500m","memory":"1Gi"}}]}})")};
  w.set(with_resources(R"({"requests":{"memory":"2Gi"}})"));
  EXPECT_EQ(w.mutated(), "");
  auto& container = (*api::array_at(w.body, {"spec", "containers"}))[0];
  EXPECT_EQ(api::json::serialize(*api::find(container, {"resources"})),
            R"({"requests":{"memory":"2Gi","cpu":"500m"},"limits":{"cpu":"1"}})");
  EXPECT_EQ(w.at_path({"metadata", "annotations", "kubernetes.io/limit-ranger"}),
            "\"LimitRanger plugin set: cpu request for container c; cpu limit for container c\"");
}

TEST(limit_ranger, refuses_what_is_out_of_bounds) {
  struct {
    std::string_view name, limit, resources, error;
  } cases[]{{"below the minimum", R"({"type":"Container","min":{"cpu":"1"}})", R"({"requests":{"cpu":"500m"}})",
             "minimum cpu usage per Container is 1, but request is 500m"},
            {"without a request", R"({"type":"Container","min":{"cpu":"1"}})", "{}",
             "minimum cpu usage per Container is 1.  No request is specified"},
            {"at the minimum", R"({"type":"Container","min":{"cpu":"1"}})", R"({"requests":{"cpu":"1"}})", ""},
            {"above the maximum", R"({"type":"Container","max":{"memory":"1Gi"}})", R"({"limits":{"memory":"2Gi"}})",
             "maximum memory usage per Container is 1Gi, but limit is 2Gi"},
            {"without a limit", R"({"type":"Container","max":{"memory":"1Gi"}})", "{}",
             "maximum memory usage per Container is 1Gi.  No limit is specified"},
            {"at the maximum", R"({"type":"Container","max":{"memory":"1Gi"}})", R"({"limits":{"memory":"1Gi"}})", ""},
            {"a pod above the maximum", R"({"type":"Pod","max":{"cpu":"1"}})", R"({"limits":{"cpu":"2"}})",
             "maximum cpu usage per Pod is 1, but limit is 2"},
            {"too large a ratio", R"({"type":"Container","maxLimitRequestRatio":{"cpu":"2"}})",
             R"({"requests":{"cpu":"1"},"limits":{"cpu":"3"}})",
             "cpu max limit to request ratio per Container is 2, but provided ratio is 3.000000"},
            {"the largest ratio", R"({"type":"Container","maxLimitRequestRatio":{"cpu":"2"}})",
             R"({"requests":{"cpu":"1"},"limits":{"cpu":"2"}})", ""}};
  for (auto& c : cases) {
    SCOPED_TRACE(c.name);
    world w;
    w.ranges = {make(R"({"metadata":{"name":"l"},"spec":{"limits":[)" + std::string(c.limit) + "]}}")};
    w.set(with_resources(c.resources));
    EXPECT_EQ(w.checked(), c.error.empty() ? "" : "pods \"p\" is forbidden: " + std::string(c.error));
  }
}

TEST(limit_ranger, bounds_claims) {
  world w;
  w.ranges = {make(R"({"metadata":{"name":"l"},"spec":{"limits":[{"type":"PersistentVolumeClaim",
"min":{"storage":"1Gi"},"max":{"storage":"2Gi"}}]}})")};
  w.about("", "persistentvolumeclaims", "PersistentVolumeClaim");
  w.set(R"({"metadata":{"name":"c"},"spec":{"resources":{"requests":{"storage":"3Gi"}}}})");
  EXPECT_EQ(w.checked(), "persistentvolumeclaims \"c\" is forbidden: maximum storage usage per PersistentVolumeClaim "
                         "is 2Gi, but request is 3Gi");
  w.set(R"({"metadata":{"name":"c"},"spec":{"resources":{"requests":{"storage":"2Gi"}}}})");
  EXPECT_EQ(w.checked(), "");
}

} // namespace troupe::policies::admission
