#include "actors/runtime/backend.hpp"
#include "actors/runtime/json_codec.hpp"
#include <gtest/gtest.h>

namespace troupe::actors::runtime {
namespace {

TEST(json_codec, a_record_survives_its_state_file) {
  container_record r;
  auto& c = r.status.config;
  r.status.id = "c1", r.status.state = container_state::running, r.status.pid = 77, r.start_ticks = 1ull << 40;
  c.name = "web", c.args = {"a", "b \"c\""}, c.env = {{"B", "2"}, {"A", "1"}}, c.labels = {{"x", "y"}};
  c.mounts = {{"/h", "/c", true, policies::oci::propagation::bidirectional}};
  c.secure.run_as_user = 1000, c.secure.add_capabilities = {"NET_ADMIN"}, c.limits.oom_score_adj = -997;
  container_record back;
  ASSERT_TRUE(from_json(to_json(r), back));
  EXPECT_EQ(to_json(back), to_json(r));
  EXPECT_EQ(back.status.config.env, c.env) << "in order";
  EXPECT_EQ(back.status.config.mounts.at(0).spread, policies::oci::propagation::bidirectional);
  EXPECT_EQ(back.status.config.secure.run_as_user, 1000);
  EXPECT_EQ(back.status.config.limits.oom_score_adj, -997);
  EXPECT_EQ(back.start_ticks, 1ull << 40);
  EXPECT_NE(to_json(r).find(R"("start_ticks":1099511627776)"), std::string::npos);
}

TEST(json_codec, files_of_other_versions_are_read) {
  sandbox_record r;
  r.cgroup = "/keep";
  ASSERT_TRUE(
      from_json(R"({"status":{"id":"s","ready":true,"ips":["1"],"unknown":{}},"new":1,"pause_pid":"text"})", r));
  EXPECT_EQ(r.status.id, "s");
  EXPECT_TRUE(r.status.ready);
  EXPECT_EQ(r.cgroup, "/keep");
  EXPECT_EQ(r.pause_pid, 0u);
  EXPECT_FALSE(from_json("{", r));
  EXPECT_TRUE(from_json("[]", r));
}

} // namespace
} // namespace troupe::actors::runtime
