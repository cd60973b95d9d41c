#include "tests/policies/admission/world.hpp"

namespace troupe::policies::admission {

TEST(default_class, the_newest_default_is_given_to_claims) {
  world w;
  w.about("", "persistentvolumeclaims", "PersistentVolumeClaim");
  auto storage = [](std::string_view name, std::string_view time) {
    return make(R"({"metadata":{"name":")" + std::string(name) + R"(","creationTimestamp":")" + std::string(time) +
                R"(","annotations":{"storageclass.kubernetes.io/is-default-class":"true"}}})");
  };
  w.storages = {storage("old", "2025-01-01T00:00:00Z"), storage("b", "2026-01-01T00:00:00Z"),
                storage("a", "2026-01-01T00:00:00Z"), make(R"({"metadata":{"name":"none"}})")};
  w.set(R"({"metadata":{"name":"c"},"spec":{}})");
  EXPECT_EQ(w.mutated(), "");
  EXPECT_EQ(w.at_path({"spec", "storageClassName"}), "\"a\"");
  w.set(R"({"metadata":{"name":"c"},"spec":{"storageClassName":""}})");
  EXPECT_EQ(w.mutated(), "");
  EXPECT_EQ(w.at_path({"spec", "storageClassName"}), "\"\"");
}

TEST(default_class, ingresses_too) {
  world w;
  w.about("networking.k8s.io", "ingresses", "Ingress");
  w.ingresses = {make(R"({"metadata":{"name":"i",
"annotations":{"ingressclass.kubernetes.io/is-default-class":"true"}}})")};
  w.set(R"({"metadata":{"name":"x"},"spec":{}})");
  EXPECT_EQ(w.mutated(), "");
  EXPECT_EQ(w.at_path({"spec", "ingressClassName"}), "\"i\"");
}

TEST(default_class, claims_grow_only_where_their_class_allows_it) {
  world w;
  w.about("", "persistentvolumeclaims", "PersistentVolumeClaim");
  w.req.what = operation::update;
  w.set(R"({"metadata":{"name":"c"},"spec":{"storageClassName":"s",
"resources":{"requests":{"storage":"2Gi"}}}})");
  w.set_old(R"({"metadata":{"name":"c"},"spec":{"storageClassName":"s",
"resources":{"requests":{"storage":"1Gi"}}},"status":{"phase":"Bound"}})");
  EXPECT_EQ(w.checked(), "persistentvolumeclaims \"c\" is forbidden: only dynamically provisioned pvc can be resized "
                         "and the storageclass that provisions the pvc must support resize");
  w.storages = {make(R"({"metadata":{"name":"s"},"allowVolumeExpansion":true})")};
  EXPECT_EQ(w.checked(), "");
  api::set_at(w.before, {"status", "phase"}, "Pending");
  EXPECT_EQ(w.checked(),
            "persistentvolumeclaims \"c\" is forbidden: Only bound persistent volume claims can be expanded");
}

} // namespace troupe::policies::admission
