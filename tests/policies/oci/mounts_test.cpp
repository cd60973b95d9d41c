#include "policies/oci/mounts.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::oci {
namespace {

std::string text(const api::json::array& mounts) {
  std::string out;
  for (auto& m : mounts)
    out += std::string(api::string_at(m, {"source"})) + ">" + std::string(api::string_at(m, {"destination"})) + " ";
  return out;
}

const api::json::value* at(const api::json::array& mounts, std::string_view destination) {
  for (auto& m : mounts)
    if (api::string_at(m, {"destination"}) == destination) return &m;
  return nullptr;
}

std::string options(const api::json::array& mounts, std::string_view destination) {
  auto* m = at(mounts, destination);
  return m ? api::json::serialize(m->at("options")) : "";
}

TEST(mounts, the_sandboxs_files_are_there_unless_the_container_brings_its_own) {
  container_config c;
  auto all = spec_mounts({}, c, {"/s/resolv.conf", "/s/hostname", "/s/shm"});
  EXPECT_EQ(text(all), "proc>/proc tmpfs>/dev devpts>/dev/pts mqueue>/dev/mqueue sysfs>/sys cgroup>/sys/fs/cgroup "
                       "/s/shm>/dev/shm /s/hostname>/etc/hostname /s/resolv.conf>/etc/resolv.conf ");
  c.mounts = {{"/h/r", "/etc/resolv.conf"}, {"/h/e/", "/etc/"}, {"/h/s", "/dev/shm"}};
  EXPECT_EQ(text(spec_mounts({}, c, {"/s/resolv.conf", "/s/hostname", "/s/shm"})),
            "proc>/proc tmpfs>/dev devpts>/dev/pts mqueue>/dev/mqueue sysfs>/sys cgroup>/sys/fs/cgroup "
            "/h/e/>/etc /h/r>/etc/resolv.conf /h/s>/dev/shm ");
}

TEST(mounts, parents_come_before_children) {
  container_config c;
  c.mounts = {{"/3", "/a/b/c"}, {"/1", "/a"}, {"/2", "/a/b"}, {"/1b", "/z"}};
  auto all = text(spec_mounts({}, c, {}));
  EXPECT_NE(all.find("/1>/a /1b>/z /2>/a/b /3>/a/b/c "), std::string::npos) << all;
}

TEST(mounts, options_follow_the_mount) {
  container_config c;
  c.mounts = {{"/1", "/ro", true}, {"/2", "/slave", false, propagation::host_to_container},
              {"/3", "/shared", false, propagation::bidirectional}};
  auto all = spec_mounts({}, c, {});
  EXPECT_EQ(options(all, "/ro"), R"(["rbind","rprivate","ro"])");
  EXPECT_EQ(options(all, "/slave"), R"(["rbind","rslave","rw"])");
  EXPECT_EQ(options(all, "/shared"), R"(["rbind","rshared","rw"])");
  EXPECT_EQ(root_propagation(c.mounts), "rshared");
  EXPECT_EQ(root_propagation({}), "private");
}

TEST(mounts, host_network_binds_the_nodes_sysfs_and_privilege_makes_it_writable) {
  sandbox_config pod;
  pod.host_network = true;
  container_config c;
  EXPECT_EQ(api::string_at(*at(spec_mounts(pod, c, {}), "/sys"), {"source"}), "/sys");
  c.secure.privileged = true;
  EXPECT_NE(options(spec_mounts({}, c, {}), "/sys").find("\"rw\""), std::string::npos);
}

} // namespace
} // namespace troupe::policies::oci
