#include "tests/tools/troupe/server.hpp"

namespace troupe::tools {
namespace {

struct member {
  certificates::credential ca = make_ca();
  fake_control_plane cluster{ca, ca};
  machine m;
  actors::cluster::cluster_config config;
  member() {
    auto got = m.join(cluster.string_for(ca));
    EXPECT_TRUE(got.has_value()) << got.error();
    if (got) config = *got;
  }
};

TEST(node_return, a_node_tells_where_it_is_and_learns_where_the_others_are) {
  member it;
  it.config.node_ip = "127.0.0.9";
  const auto ok = check_in(it.config);
  ASSERT_TRUE(ok.has_value()) << ok.error();
  const auto asked = it.cluster.seen("/troupe/v1/renew");
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(joining::decode_renew_request(asked[0].body)->address, "127.0.0.9");
  EXPECT_EQ(asked[0].client, "system:node:host7");
  EXPECT_EQ(policies::cluster::decode_roster(it.m.file("roster.json"))->at(0).address, "127.0.0.2");
}

TEST(node_return, a_removed_node_does_not_run) {
  member it;
  it.cluster.refuse(401, "this node was removed from the cluster");
  const auto said = check_in(it.config);
  ASSERT_FALSE(said.has_value());
  EXPECT_NE(said.error().find("removed"), std::string::npos);
  EXPECT_NE(said.error().find("troupe node --join"), std::string::npos);
}

TEST(node_return, a_program_that_does_not_fit_does_not_run) {
  member it;
  it.cluster.refuse(400, "too old");
  EXPECT_EQ(check_in(it.config).error(), "too old");
}

TEST(node_return, a_node_runs_when_nobody_can_be_asked) {
  member it;
  it.cluster.refuse(503, "starting");
  EXPECT_TRUE(check_in(it.config).has_value());
  std::filesystem::remove(it.config.data_dir + "/roster.json");
  EXPECT_TRUE(check_in(it.config).has_value());
}

TEST(node_return, a_certificate_is_renewed_with_the_one_that_counts) {
  member it;
  auto parts = renewal_of(it.config);
  ASSERT_TRUE(parts.has_value()) << parts.error();
  const auto key = certificates::key::make_ec().value();
  const auto got = parts->ask(certificates::make_signing_request(key, "x").value());
  ASSERT_TRUE(got.has_value()) << got.error().message;
  ASSERT_TRUE(parts->keep({got->certificate_pem, key}).has_value());
  const auto stored = certificates::load_credential(it.config.data_dir + "/pki", "node");
  EXPECT_EQ(stored->key.id(), key.id());
  it.cluster.refuse(401, "this node was removed from the cluster");
  EXPECT_TRUE(parts->ask(certificates::make_signing_request(key, "x").value()).error().removed);
}

} // namespace
} // namespace troupe::tools
