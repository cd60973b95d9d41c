#include "embedded_fixture.hpp"
#include <fstream>

/// Each setting of a security context as the process in the container finds it.
namespace troupe::actors::kubelet::testing {
namespace {

struct security : embedded {
  /// Runs a script in a pod to its end; what it wrote. `container` and `spec` are members of the two, with commas.
  std::string script(const std::string& name, const std::string& text, const std::string& container = "",
                     const std::string& spec = "") {
    pod(name, container + R"("command":["sh","-c",")" + text + R"("])", R"("restartPolicy":"Never",)" + spec);
    EXPECT_TRUE(becomes(name, "Succeeded")) << api::json::serialize(read("pods/default/" + name)->body());
    return said(name);
  }
  /// Why the pod's container waits.
  std::string waits(const std::string& name) {
    std::string out;
    EXPECT_TRUE(eventually([&] {
      auto p = read("pods/default/" + name);
      auto* list = p ? api::array_at(p->status(), {"containerStatuses"}) : nullptr;
      if (list) out = api::string_at((*list)[0], {"state", "waiting", "message"});
      return !out.empty();
    }));
    return out;
  }
};

TEST_F(security, users_and_groups_own_what_they_write) {
  EXPECT_EQ(script("ids", "id -u; id -g; id -G; touch /v/f; stat -c %u:%g /v/f",
                   R"("volumeMounts":[{"name":"v","mountPath":"/v"}],)",
                   R"("volumes":[{"name":"v","emptyDir":{}}],"securityContext":{"runAsUser":1234,"runAsGroup":3000,
                      "supplementalGroups":[4000],"fsGroup":2000},)"),
            "1234\n3000\n3000 2000 4000\n1234:2000\n");
  EXPECT_EQ(
      script("over", "id -u", R"("securityContext":{"runAsUser":7},)", R"("securityContext":{"runAsUser":1234},)"),
      "7\n")
      << "the container's setting goes before the pod's";
}

TEST_F(security, capabilities_are_added_and_dropped) {
  auto bits = [&](const std::string& name, const std::string& context) {
    auto text = script(name, "grep CapEff /proc/self/status", context);
    return std::stoull(text.substr(text.find('\t') + 1), nullptr, 16);
  };
  constexpr auto net_admin = 1ull << 12, chown = 1ull << 0;
  auto plain = bits("plain", "");
  EXPECT_EQ(plain & net_admin, 0u);
  EXPECT_NE(plain & chown, 0u);
  EXPECT_EQ(bits("more", R"("securityContext":{"capabilities":{"add":["NET_ADMIN"]}},)"), plain | net_admin);
  EXPECT_EQ(bits("less", R"("securityContext":{"capabilities":{"drop":["CHOWN"]}},)"), plain & ~chown);
  EXPECT_EQ(bits("none", R"("securityContext":{"capabilities":{"drop":["ALL"]}},)"), 0u);
  EXPECT_NE(bits("all", R"("securityContext":{"privileged":true},)") & net_admin, 0u);
}

TEST_F(security, the_root_file_system_and_privileges_are_locked) {
  EXPECT_EQ(script("locked", "touch /x 2>/dev/null || echo read-only; grep NoNewPrivs /proc/self/status",
                   R"("securityContext":{"readOnlyRootFilesystem":true,"allowPrivilegeEscalation":false},)"),
            "read-only\nNoNewPrivs:\t1\n");
  EXPECT_EQ(script("open", "touch /x && echo written; grep NoNewPrivs /proc/self/status"), "written\nNoNewPrivs:\t0\n");
}

TEST_F(security, system_calls_are_filtered_by_the_profile) {
  std::string probe = "grep Seccomp: /proc/self/status; unshare -U true 2>/dev/null && echo unshared; "
                      "mkdir /tmp/d 2>/dev/null && echo made; true";
  EXPECT_EQ(script("free", probe), "Seccomp:\t0\nunshared\nmade\n");
  EXPECT_EQ(script("default", probe, R"("securityContext":{"seccompProfile":{"type":"RuntimeDefault"}},)"),
            "Seccomp:\t2\nmade\n");
  std::filesystem::create_directories(k.seccomp_dir + "/team");
  std::ofstream(k.seccomp_dir + "/team/no-mkdir.json")
    << R"({"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO"}]})";
  EXPECT_EQ(
      script("own", probe, "",
             R"("securityContext":{"seccompProfile":{"type":"Localhost","localhostProfile":"team/no-mkdir.json"}},)"),
      "Seccomp:\t2\nunshared\n");
  EXPECT_EQ(script("privileged", "grep Seccomp: /proc/self/status",
                   R"("securityContext":{"privileged":true,"seccompProfile":{"type":"RuntimeDefault"}},)"),
            "Seccomp:\t0\n");
}

TEST_F(security, what_cannot_be_granted_says_why) {
  pod("lost", R"("securityContext":{"seccompProfile":{"type":"Localhost","localhostProfile":"none.json"}})");
  EXPECT_NE(waits("lost").find("cannot load seccomp profile \"" + k.seccomp_dir +
                               "/none.json\": open " + k.seccomp_dir + "/none.json: no such file or directory"),
            std::string::npos) << waits("lost");
  pod("root", R"("securityContext":{"runAsNonRoot":true})");
  EXPECT_EQ(waits("root"),
            "container has runAsNonRoot and image will run as root (pod: \"root_default(u-root)\", container: app)");
  pod("zero", R"("securityContext":{"runAsNonRoot":true,"runAsUser":0})");
  EXPECT_EQ(waits("zero"),
            "container's runAsUser breaks non-root policy (pod: \"zero_default(u-zero)\", container: app)");
}

TEST_F(security, namespaces_are_shared_as_the_pod_says) {
  auto link = [&](const std::string& kind) { return runtime::shell("readlink /proc/self/ns/" + kind); };
  EXPECT_NE(script("own", "readlink /proc/self/ns/ipc"), link("ipc"));
  EXPECT_EQ(script("ipc", "readlink /proc/self/ns/ipc", "", R"("hostIPC":true,)"), link("ipc"));
  EXPECT_NE(script("self", "readlink /proc/self/ns/pid"), link("pid"));
  EXPECT_EQ(script("pid", "readlink /proc/self/ns/pid", "", R"("hostPID":true,)"), link("pid"));
  EXPECT_EQ(script("net", "readlink /proc/self/ns/net", "", R"("hostNetwork":true,)"), link("net"));
  EXPECT_EQ(script("first", "cat /proc/1/comm; true"), "sh\n");
  EXPECT_EQ(script("together", "cat /proc/1/comm; true", "", R"("shareProcessNamespace":true,)"), "pause\n");
}

TEST_F(security, kernel_settings_belong_to_the_pod) {
  EXPECT_EQ(script("tuned", "cat /proc/sys/net/ipv4/ip_default_ttl /proc/sys/kernel/shm_rmid_forced", "",
                   R"("securityContext":{"sysctls":[{"name":"net.ipv4.ip_default_ttl","value":"42"},
                      {"name":"kernel.shm_rmid_forced","value":"1"}]},)"),
            "42\n1\n");
  EXPECT_EQ(script("plain", "cat /proc/sys/net/ipv4/ip_default_ttl"), "64\n");
}

} // namespace
} // namespace troupe::actors::kubelet::testing
