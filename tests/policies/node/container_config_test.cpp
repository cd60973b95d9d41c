#include "policies/node/container_config.hpp"
#include "tests/policies/node/builders.hpp"

namespace troupe::policies::node {
namespace {

or_text<oci::container_config> make(std::string_view spec, container_inputs in = {}) {
  auto pod = make_pod(spec);
  return container_config_of(*pod, container_named(*pod, "app"), std::move(in));
}

TEST(container_config, commands_are_expanded_with_the_containers_variables) {
  container_inputs in;
  in.attempt = 2;
  in.env = {{"A", "1"}};
  auto c = *make(
      R"x({"containers":[{"name":"app","image":"i","command":["sh","$(A)"],"args":["$(B)","$$(A)"],"workingDir":"/w",
      "tty":true,"stdin":true}]})x",
      in);
  EXPECT_EQ(c.command, (std::vector<std::string>{"sh", "1"}));
  EXPECT_EQ(c.args, (std::vector<std::string>{"$(B)", "$(A)"}));
  EXPECT_EQ(c.attempt, 2u);
  EXPECT_EQ(c.labels.at("io.kubernetes.pod.uid"), "u1");
  EXPECT_TRUE(c.tty && c.in && !c.in_once);
}

TEST(container_config, the_containers_security_context_wins_over_the_pods) {
  auto c = *make(
      R"({"securityContext":{"runAsUser":1,"runAsGroup":2,"fsGroup":3,"supplementalGroups":[4],
      "seccompProfile":{"type":"RuntimeDefault"}},
    "containers":[{"name":"app","securityContext":{"runAsUser":5,"privileged":true,
      "capabilities":{"add":["NET_ADMIN"],"drop":["ALL"]},
    "readOnlyRootFilesystem":true,"allowPrivilegeEscalation":false}}]})");
  EXPECT_EQ(c.secure.run_as_user, 5);
  EXPECT_EQ(c.secure.run_as_group, 2);
  EXPECT_EQ(c.secure.supplemental_groups, (std::vector<std::int64_t>{4, 3}));
  EXPECT_EQ(c.secure.drop_capabilities, std::vector<std::string>{"ALL"});
  EXPECT_TRUE(c.secure.privileged && c.secure.read_only_root && !c.secure.allow_privilege_escalation);
  EXPECT_EQ(c.secure.seccomp, "RuntimeDefault");
}

TEST(container_config, run_as_non_root) {
  auto spec = [](std::string_view user) {
    return fmt::format(R"({{"containers":[{{"name":"app","securityContext":{{"runAsNonRoot":true{}}}}}]}})", user);
  };
  EXPECT_EQ(make(spec("")).error(),
            R"x(container has runAsNonRoot and image will run as root (pod: "web_default(u1)", container: app))x");
  EXPECT_EQ(make(spec(R"(,"runAsUser":0)")).error(),
            R"x(container's runAsUser breaks non-root policy (pod: "web_default(u1)", container: app))x");
  EXPECT_TRUE(make(spec(R"(,"runAsUser":7)")));
  container_inputs in;
  in.image_user = 7;
  EXPECT_TRUE(make(spec(""), in));
  in = {};
  in.image_user_name = "www";
  EXPECT_EQ(
      make(spec(""), in).error(),
      "container has runAsNonRoot and image has non-numeric user (www), cannot verify user is non-root "
      "(pod: \"web_default(u1)\", container: app)");
}

TEST(container_config, seccomp_profiles_are_named_as_the_runtime_takes_them) {
  container_inputs in;
  in.seccomp_dir = "/data/seccomp";
  struct {
    const char *name, *pod, *container, *expected;
  } cases[] = {
    {"without a word there is none", "{}", "{}", "Unconfined"},
    {"the pod's is for all", R"({"seccompProfile":{"type":"RuntimeDefault"}})", "{}", "RuntimeDefault"},
    {"the container's goes before it", R"({"seccompProfile":{"type":"RuntimeDefault"}})",
     R"({"seccompProfile":{"type":"Unconfined"}})", "Unconfined"},
    {"a file lies below the node's directory", "{}",
     R"({"seccompProfile":{"type":"Localhost","localhostProfile":"team/a.json"}})",
     "localhost//data/seccomp/team/a.json"},
  };
  for (auto& c : cases) {
    auto made = make(std::string(R"({"securityContext":)") + c.pod +
                       R"(,"containers":[{"name":"app","image":"i","securityContext":)" + c.container + "}]}", in);
    ASSERT_TRUE(made) << c.name;
    EXPECT_EQ(made->secure.seccomp, c.expected) << c.name;
  }
  EXPECT_EQ(
      make(R"({"securityContext":{"seccompProfile":{"type":"Localhost"}},"containers":[{"name":"app"}]})").error(),
      "localhostProfile must be set if seccompProfile type is Localhost.");
}

TEST(container_config, limits) {
  auto pod = make_pod(R"({"initContainers":[{"name":"i","resources":{"limits":{"cpu":"3","memory":"1Mi"}}}],
    "containers":[{"name":"app","resources":{"limits":{"cpu":"1","memory":"4Mi"},"requests":{"cpu":"500m"}}},
      {"name":"b","resources":{"limits":{"cpu":"1","memory":"4Mi"}}}]})");
  auto r = container_limits(*pod, *container_named(*pod, "app").spec, 1 << 30);
  EXPECT_EQ(r.cpu_shares, 512);
  EXPECT_EQ(r.cpu_quota_us, 100000);
  EXPECT_EQ(r.memory_limit_bytes, 4 << 20);
  EXPECT_EQ(container_limits(*pod, *container_named(*pod, "b").spec, 1).cpu_shares, 1024)
      << "the limit stands in for the request";
  auto p = pod_limits(*pod);
  EXPECT_EQ(p.cpu_quota_us, 300000) << "the init container needs more than the apps together";
  EXPECT_EQ(p.memory_limit_bytes, 8 << 20);
  auto open = pod_limits(*make_pod());
  EXPECT_EQ(open.memory_limit_bytes, 0) << "a container without limit lifts the pod's";
}

TEST(container_config, termination_message) {
  EXPECT_EQ(termination_message_path({}), "/dev/termination-log");
  EXPECT_EQ(termination_message_path(parse_object(R"({"terminationMessagePath":"/t"})")), "/t");
}

} // namespace
} // namespace troupe::policies::node
