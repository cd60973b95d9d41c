#include "tests/tools/troupe/server.hpp"
#include "tools/troupe/instance.hpp"
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

namespace troupe::tools {
namespace {

unsigned mode(const std::string& file) {
  struct stat facts{};
  ::stat(file.c_str(), &facts);
  return facts.st_mode & 0777U;
}

TEST(node_join, a_worker_has_what_it_needs_on_disk) {
  const auto ca = make_ca();
  fake_control_plane cluster(ca, ca);
  const machine m;
  const auto got = m.join(cluster.string_for(ca));
  ASSERT_TRUE(got.has_value()) << got.error();
  EXPECT_EQ(got->node_id, 7U);
  EXPECT_EQ(got->pod_cidr, "10.9.1.0/24");
  EXPECT_EQ(got->cluster_id, "id");
  EXPECT_TRUE(got->worker && !got->control_plane);
  EXPECT_EQ(m.file("pki/ca.crt"), ca.certificate_pem);
  EXPECT_EQ(mode(m.config.data_dir + "/pki/node.key"), 0600U);
  EXPECT_FALSE(std::filesystem::exists(m.config.data_dir + "/pki/ca.key"));
  EXPECT_EQ(policies::cluster::decode_roster(m.file("roster.json"))->size(), 2U);
  const auto again = load_instance(m.config.data_dir);
  ASSERT_TRUE(again.has_value()) << again.error();
  EXPECT_EQ(describe(*again), describe(*got));
}

TEST(node_join, a_control_plane_node_has_the_keys_for_itself_only) {
  const auto ca = make_ca();
  fake_control_plane cluster(ca, ca);
  const machine m;
  const auto got = m.join(cluster.string_for(ca), "control-plane,worker");
  ASSERT_TRUE(got.has_value()) << got.error();
  EXPECT_EQ(m.file("pki/ca.key"), ca.key.private_pem());
  EXPECT_EQ(m.file("pki/sa.key"), "SA");
  EXPECT_EQ(mode(m.config.data_dir + "/pki/ca.key"), 0600U);
  EXPECT_EQ(mode(m.config.data_dir + "/pki/sa.key"), 0600U);
}

TEST(node_join, who_joins_again_after_a_crash_shows_the_same_key) {
  const auto ca = make_ca();
  fake_control_plane cluster(ca, ca);
  const machine m;
  ASSERT_TRUE(m.join(cluster.string_for(ca)).has_value());
  std::filesystem::remove(m.config.data_dir + "/cluster.json"); // as if it had ended before the last step
  ASSERT_TRUE(m.join(cluster.string_for(ca)).has_value());
  const auto asked = cluster.seen("/troupe/v1/join");
  ASSERT_EQ(asked.size(), 2U);
  const auto key = [](const std::string& body) {
    return certificates::verify_signing_request(joining::decode_join_request(body)->signing_request)->id();
  };
  EXPECT_EQ(key(asked[0].body), key(asked[1].body));
}

TEST(node_join, a_cluster_with_another_ca_does_not_see_the_secret) {
  const auto ours = make_ca(), theirs = make_ca();
  fake_control_plane other(theirs, theirs);
  const machine m;
  const auto got = m.join(other.string_for(ours));
  ASSERT_FALSE(got.has_value());
  EXPECT_NE(got.error().find("another cluster"), std::string::npos) << got.error();
  EXPECT_TRUE(other.seen("/troupe/v1/join").empty());
}

TEST(node_join, whoever_shows_a_ca_of_others_does_not_see_the_secret) {
  // The CA is public: a stranger can show it, but has no certificate of it.
  const auto ours = make_ca(), theirs = make_ca();
  fake_control_plane liar(ours, theirs);
  const machine m;
  const auto got = m.join(liar.string_for(ours));
  ASSERT_FALSE(got.has_value());
  EXPECT_FALSE(liar.seen("/troupe/v1/ca").empty());
  EXPECT_TRUE(liar.seen("/troupe/v1/join").empty());
}

TEST(node_join, refusals_of_the_cluster_are_told_as_they_are_and_not_repeated) {
  const auto ca = make_ca();
  fake_control_plane cluster(ca, ca);
  cluster.refuse(401, "the token has expired: make a new one");
  const machine m;
  EXPECT_EQ(m.join(cluster.string_for(ca)).error(), "the token has expired: make a new one");
  EXPECT_EQ(cluster.seen("/troupe/v1/join").size(), 1U);
  EXPECT_FALSE(std::filesystem::exists(m.config.data_dir + "/cluster.json"));
}

TEST(node_join, addresses_are_tried_until_one_lets_it_in) {
  const auto ca = make_ca();
  fake_control_plane cluster(ca, ca);
  auto s = joining::parse_join_string(cluster.string_for(ca)).value();
  s.addresses.insert(s.addresses.begin(), {"127.0.0.1", 1});
  const machine m;
  EXPECT_TRUE(m.join(joining::encode(s)).has_value());
  s.addresses.pop_back();
  const machine n;
  const auto got = n.join(joining::encode(s));
  ASSERT_FALSE(got.has_value());
  EXPECT_NE(got.error().find("127.0.0.1:1"), std::string::npos) << got.error();
  EXPECT_NE(got.error().find("firewall"), std::string::npos) << got.error();
}

TEST(node_join, a_port_that_is_taken_is_named_before_anything_is_sent) {
  const auto ca = make_ca();
  fake_control_plane cluster(ca, ca);
  machine m;
  m.config.api_port = cluster.address().port;
  const auto got = m.join(cluster.string_for(ca), "control-plane,worker");
  ASSERT_FALSE(got.has_value());
  EXPECT_NE(got.error().find(fmt::format("port {} is in use", m.config.api_port)), std::string::npos) << got.error();
  EXPECT_NE(got.error().find("--api-port"), std::string::npos);
  EXPECT_TRUE(cluster.seen("/troupe/v1/join").empty());
  EXPECT_NE(m.join("nonsense").error().find("troupe token create"), std::string::npos);
}

} // namespace
} // namespace troupe::tools
