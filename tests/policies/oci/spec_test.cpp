#include "policies/oci/spec.hpp"
#include "policies/oci/capabilities.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::oci {
namespace {

spec_input input() {
  spec_input in;
  in.pod.hostname = "web-0";
  in.container.command = {"/bin/app"};
  in.cgroup_path = "/kubepods-x/burstable/pod1/c1";
  in.namespaces = {"/n/net", "/n/ipc", "/n/uts", ""};
  in.machine.capabilities = capability_names();
  return in;
}

api::json::object spec(const spec_input& in) {
  auto out = container_spec(in);
  EXPECT_TRUE(out) << out.error();
  return *out;
}

std::string show(const api::json::object& root, api::path where) {
  auto* v = api::find(root, where);
  return v ? api::json::serialize(*v) : "missing";
}

TEST(spec, command_and_args_combine_with_the_image_as_kubernetes_says) {
  image_config image{.entrypoint = {"/entry"}, .cmd = {"image-arg"}};
  struct {
    std::string_view name;
    std::vector<std::string> command, args, expected;
  } cases[] = {
    {"neither: the image's", {}, {}, {"/entry", "image-arg"}},
    {"command drops the image's arguments", {"/c"}, {}, {"/c"}},
    {"args replaces the image's arguments", {}, {"a"}, {"/entry", "a"}},
    {"both", {"/c"}, {"a"}, {"/c", "a"}},
  };
  for (auto& c : cases) {
    container_config config;
    config.command = c.command, config.args = c.args;
    EXPECT_EQ(*arguments(config, image), c.expected) << c.name;
  }
  EXPECT_EQ(arguments({}, {}).error(), "no command specified");
}

TEST(spec, the_environment_starts_with_the_image_and_later_values_win) {
  auto in = input();
  in.image.env = {"PATH=/bin", "A=image", "EMPTY="};
  in.container.env = {{"A", "pod"}, {"B", "1"}, {"B", "2"}};
  in.container.tty = true;
  EXPECT_EQ(show(spec(in), {"process", "env"}),
            R"(["PATH=/bin","HOSTNAME=web-0","TERM=xterm","A=pod","EMPTY=","B=2"])");
}

TEST(spec, namespaces_follow_the_pod) {
  auto in = input();
  EXPECT_EQ(show(spec(in), {"linux", "namespaces"}),
            R"([{"type":"mount"},{"type":"cgroup"},{"type":"pid"},{"type":"network","path":"/n/net"},)"
            R"({"type":"ipc","path":"/n/ipc"},{"type":"uts","path":"/n/uts"}])");
  in.namespaces = {"", "", "", "/proc/7/ns/pid"};
  EXPECT_EQ(show(spec(in), {"linux", "namespaces"}),
            R"([{"type":"mount"},{"type":"cgroup"},{"type":"pid","path":"/proc/7/ns/pid"}])");
  in.namespaces.pid.clear();
  in.pod.host_pid = true;
  EXPECT_EQ(show(spec(in), {"linux", "namespaces"}), R"([{"type":"mount"},{"type":"cgroup"}])");
}

TEST(spec, the_security_context_confines_the_process) {
  auto in = input();
  in.who = {1000, 100, {29, 44}};
  in.container.secure.allow_privilege_escalation = false;
  in.container.secure.read_only_root = true;
  in.container.secure.drop_capabilities = {"ALL"};
  auto s = spec(in);
  EXPECT_EQ(show(s, {"process", "user"}), R"({"uid":1000,"gid":100,"additionalGids":[29,44]})");
  EXPECT_EQ(show(s, {"process", "noNewPrivileges"}), "true");
  EXPECT_EQ(show(s, {"process", "capabilities"}), R"({"bounding":[],"effective":[],"permitted":[]})");
  EXPECT_EQ(show(s, {"root", "readonly"}), "true");
  EXPECT_NE(show(s, {"linux", "maskedPaths"}), "missing");
}

TEST(spec, a_privileged_container_gets_what_the_machine_has) {
  auto in = input();
  in.machine.capabilities = {"CAP_CHOWN", "CAP_SYS_ADMIN"};
  in.container.secure.privileged = true;
  in.container.secure.allow_privilege_escalation = false;
  in.devices = {{.path = "/dev/kvm", .type = 'c', .major = 10, .minor = 232}};
  auto s = spec(in);
  EXPECT_EQ(show(s, {"process", "capabilities", "bounding"}), R"(["CAP_CHOWN","CAP_SYS_ADMIN"])");
  EXPECT_EQ(show(s, {"process", "noNewPrivileges"}), "false");
  EXPECT_EQ(show(s, {"linux", "maskedPaths"}), "missing");
  EXPECT_EQ(show(s, {"linux", "resources", "devices"}), R"([{"allow":true,"access":"rwm"}])");
  EXPECT_NE(show(s, {"linux", "devices"}).find("/dev/kvm"), std::string::npos);
}

TEST(spec, system_calls_are_filtered_where_the_container_asks_for_it) {
  auto in = input();
  EXPECT_EQ(show(spec(in), {"linux", "seccomp"}), "missing");
  in.container.secure.seccomp = "RuntimeDefault";
  EXPECT_EQ(show(spec(in), {"linux", "seccomp", "defaultAction"}), "\"SCMP_ACT_ERRNO\"");
  in.container.secure.seccomp = "localhost//p.json";
  in.seccomp = api::json::object{{"defaultAction", "SCMP_ACT_ALLOW"}};
  EXPECT_EQ(show(spec(in), {"linux", "seccomp"}), R"({"defaultAction":"SCMP_ACT_ALLOW"})");
  in.container.secure.privileged = true;
  EXPECT_EQ(show(spec(in), {"linux", "seccomp"}), "missing");
}

TEST(spec, limits_are_set_and_the_oom_score_is_one_that_the_machine_allows) {
  auto in = input();
  in.container.limits = {
      .cpu_shares = 256, .cpu_quota_us = 20000, .memory_limit_bytes = 1024, .pids_limit = 9, .oom_score_adj = -997};
  in.machine.oom_score_min = 0;
  auto s = spec(in);
  EXPECT_EQ(show(s, {"process", "oomScoreAdj"}), "0");
  EXPECT_EQ(show(s, {"linux", "resources", "cpu"}), R"({"shares":256,"quota":20000,"period":100000})");
  EXPECT_EQ(show(s, {"linux", "resources", "memory"}), R"({"limit":1024})");
  EXPECT_EQ(show(s, {"linux", "resources", "pids"}), R"({"limit":9})");
  EXPECT_EQ(show(spec(input()), {"linux", "resources"}), R"({"devices":[{"allow":false,"access":"rwm"}]})");
}

TEST(spec, the_working_directory_is_the_containers_or_the_images_or_the_root) {
  auto in = input();
  EXPECT_EQ(show(spec(in), {"process", "cwd"}), "\"/\"");
  in.image.working_dir = "/image";
  EXPECT_EQ(show(spec(in), {"process", "cwd"}), "\"/image\"");
  in.container.working_dir = "/own";
  EXPECT_EQ(show(spec(in), {"process", "cwd"}), "\"/own\"");
}

TEST(spec, a_relative_mount_is_refused) {
  auto in = input();
  in.container.mounts = {{"/x", "rel"}};
  EXPECT_FALSE(container_spec(in));
}

TEST(spec, a_command_in_a_container_runs_like_its_process) {
  auto in = input();
  in.who = {5, 6, {}};
  auto p = exec_process(spec(in), {"ls", "-l"}, true);
  EXPECT_EQ(show(p, {"args"}), R"(["ls","-l"])");
  EXPECT_EQ(show(p, {"terminal"}), "true");
  EXPECT_EQ(show(p, {"user", "uid"}), "5");
  EXPECT_NE(show(p, {"env"}).find("TERM=xterm"), std::string::npos);
}

TEST(spec, signals_are_known_by_name_and_number) {
  EXPECT_EQ(signal_number("SIGTERM"), 15);
  EXPECT_EQ(signal_number("QUIT"), 3);
  EXPECT_EQ(signal_number("9"), 9);
  EXPECT_EQ(signal_number("SIGRTMIN+3"), 37);
  EXPECT_EQ(signal_number("SIGRTMIN"), 34);
  EXPECT_EQ(signal_number(""), 15);
  EXPECT_EQ(signal_number("SIGNONE"), 15);
}

TEST(spec, resolv_conf_has_the_pods_names) {
  EXPECT_EQ(resolv_conf({{"10.96.0.10"}, {"default.svc.cluster.local", "svc.cluster.local"}, {"ndots:5"}}),
            "search default.svc.cluster.local svc.cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n");
  EXPECT_EQ(resolv_conf({}), "");
}

} // namespace
} // namespace troupe::policies::oci
