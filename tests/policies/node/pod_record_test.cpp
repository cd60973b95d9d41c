#include "policies/node/pod_record.hpp"
#include "tests/policies/node/builders.hpp"

namespace troupe::policies::node {
namespace {

const auto pod = make_pod(R"({"initContainers":[{"name":"a"},{"name":"s","restartPolicy":"Always"}],
  "containers":[{"name":"app"}],"ephemeralContainers":[{"name":"debug"}]})");

TEST(pod_record, containers_come_in_order_with_their_kinds) {
  std::vector<std::pair<std::string, container_kind>> seen;
  for (auto& c : containers_of(*pod)) seen.emplace_back(c.name(), c.kind);
  EXPECT_EQ(seen, (decltype(seen){{"a", container_kind::init}, {"s", container_kind::sidecar},
                                  {"app", container_kind::app}, {"debug", container_kind::ephemeral}}));
}

TEST(pod_record, field_paths_name_the_list_of_the_container) {
  EXPECT_EQ(field_path(container_named(*pod, "s")), "spec.initContainers{s}");
  EXPECT_EQ(field_path(container_named(*pod, "app")), "spec.containers{app}");
  EXPECT_EQ(field_path(container_named(*pod, "debug")), "spec.ephemeralContainers{debug}");
  EXPECT_EQ(container_named(*pod, "none").spec, nullptr);
  EXPECT_EQ(pod_text(*pod), "web_default(u1)");
}

TEST(pod_record, an_unknown_container_has_an_empty_record) {
  EXPECT_FALSE(pod_record{}.of("app").current);
}

} // namespace
} // namespace troupe::policies::node
