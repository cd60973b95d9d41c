#include "policies/node/volume_place.hpp"
#include "tests/policies/node/builders.hpp"

namespace troupe::policies::node {
namespace {

const auto pod = make_pod(
    R"({"containers":[],"volumes":[{"name":"c","configMap":{"name":"x"}},{"name":"s","secret":{"secretName":"x"}},
  {"name":"e","emptyDir":{}},{"name":"m","emptyDir":{"medium":"Memory","sizeLimit":"1Mi"}},{"name":"h",
      "hostPath":{"path":"/srv","type":"Directory"}}]})");
const auto nothing = [](std::string_view) { return std::optional<std::string>{}; };

TEST(volume_place, each_volume_has_its_place_below_the_pod) {
  auto p = *volume_places(*pod, pod_directory("/d/pods", *pod));
  ASSERT_EQ(p.size(), 5u);
  EXPECT_EQ(p[0].path, "/d/pods/u1/volumes/kubernetes.io~configmap/c");
  EXPECT_FALSE(p[0].in_memory);
  EXPECT_TRUE(p[1].in_memory) << "secrets do not reach a disk";
  EXPECT_EQ(p[2].kind, volume_kind::empty);
  EXPECT_EQ(p[3].kind, volume_kind::memory);
  EXPECT_EQ(p[3].size_limit, 1 << 20);
  EXPECT_EQ(p[4].path, "/srv");
  EXPECT_FALSE(volume_places(*make_pod(R"({"containers":[],"volumes":[{"name":"n","nfs":{}}]})"), "/p"));
}

TEST(volume_place, mounts) {
  auto places = *volume_places(*pod, "/p");
  auto c = parse_object(
      R"x({"name":"app","volumeMounts":[{"name":"c","mountPath":"/c"},{"name":"h","mountPath":"data","readOnly":true,
      "mountPropagation":"HostToContainer"},
    {"name":"e","mountPath":"/e","subPathExpr":"logs/$(POD)"}]})x");
  auto m = *volume_mounts(
      c, places, [](std::string_view n) { return n == "POD" ? std::optional<std::string>("web") : std::nullopt; });
  EXPECT_TRUE(m[0].mount.read_only) << "containers cannot change what the kubelet writes";
  EXPECT_EQ(m[1].mount.container_path, "/data");
  EXPECT_EQ(m[1].mount.host_path, "/srv");
  EXPECT_EQ(m[1].mount.spread, oci::propagation::host_to_container);
  EXPECT_EQ(m[2].sub_path, "logs/web");
  EXPECT_FALSE(m[2].mount.read_only);
  EXPECT_FALSE(volume_mounts(c, places, nothing)) << "an unknown variable in subPathExpr";
  EXPECT_FALSE(volume_mounts(parse_object(R"({"volumeMounts":[{"name":"none","mountPath":"/x"}]})"), places, nothing));
  EXPECT_FALSE(volume_mounts(parse_object(R"({"volumeMounts":[{"name":"e","mountPath":"/x","subPath":"../../etc"}]})"),
                             places, nothing));
}

TEST(volume_place, sub_paths_stay_inside) {
  for (auto good : {"", "a", "a/b", "..a", "a/..b"}) EXPECT_TRUE(is_safe_sub_path(good)) << good;
  for (auto bad : {"/a", "..", "a/../b", "a/.."}) EXPECT_FALSE(is_safe_sub_path(bad)) << bad;
}

TEST(volume_place, host_paths_are_checked_by_type) {
  EXPECT_EQ(host_path_complaint("/x", "", ""), "");
  EXPECT_EQ(host_path_complaint("/x", "Directory", "Directory"), "");
  EXPECT_EQ(host_path_complaint("/x", "DirectoryOrCreate", ""), "");
  EXPECT_EQ(host_path_complaint("/x", "Directory", ""), "hostPath type check failed: /x is not a directory");
  EXPECT_EQ(host_path_complaint("/x", "FileOrCreate", "Directory"), "hostPath type check failed: /x is not a file");
  EXPECT_EQ(host_path_complaint("/x", "Socket", "File"), "hostPath type check failed: /x is not a socket file");
}

TEST(volume_place, logs_lie_by_pod_container_and_attempt) {
  EXPECT_EQ(log_file("/l", *pod, "app", 2), "/l/default_web_u1/app/2.log");
}

} // namespace
} // namespace troupe::policies::node
