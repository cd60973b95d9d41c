#include "actors/join/beacon.hpp"
#include "net/certificates/digest.hpp"
#include "tests/actors/join/fixture.hpp"

namespace troupe::actors::join {
namespace {

using namespace std::chrono_literals;

/// Beacons over the store of a registrar; the test stands in for the roster and the socket.
struct beacon_test : join_fixture {
  using addresses = std::vector<std::string>;
  bool broken = false; ///< the socket cannot be opened
  int started = 0;
  std::vector<addresses> published;
  caf::actor one;

  caf::actor light(std::uint64_t node = 1) {
    beacon_config c;
    c.node_id = node;
    c.token_id = "0123456789abcdef";
    c.token_secret = "derived";
    beacon_starter starter = [this]() -> tl::expected<address_publisher, std::string> {
      ++started;
      if (broken) return tl::make_unexpected("broken");
      return [this](addresses a) { published.push_back(std::move(a)); };
    };
    return own(caf::actor(sys.spawn(beacon, env, dir, c, certificates::system_random(), starter)));
  }
  void tell(const caf::actor& who, roster nodes) {
    caf::anon_send(who, roster_atom::value, share(std::move(nodes)));
    run();
  }
  registry stored() {
    auto found = ask<shared<store::mvcc::range_response>>(shard, list_atom::value, share(registry_range()));
    return found ? read_registry(**found) : registry{};
  }
  const node_record host1{1, "host1", true, true, "10.0.0.1", 6440, 6443, "10.244.0.0/24", "0.1.0", 0, false};
  const node_record host2{2, "host2", true, true, "10.0.0.2", 6440, 7443, "10.244.1.0/24", "0.1.0", 0, false};
  const node_record worker{3, "host3", false, true, "10.0.0.3", 6440, 0, "10.244.2.0/24", "0.1.0", 0, false};
  ~beacon_test() override { one = nullptr; }
};

TEST_F(beacon_test, makes_the_token_before_it_answers_and_that_token_lets_workers_in) {
  start();
  one = light();
  tell(one, {host1});
  pass(20ms);
  auto all = stored();
  ASSERT_EQ(all.tokens.size(), 1U);
  auto& token = all.tokens.begin()->second.value;
  EXPECT_EQ(token.id, "0123456789abcdef");
  EXPECT_EQ(token.hash, certificates::sha256(token.salt + "derived"));
  EXPECT_EQ(token.created, clock());
  EXPECT_TRUE(token.worker && !token.control_plane && token.expires == 0 && token.uses_left == -1);
  ASSERT_FALSE(published.empty());
  EXPECT_EQ(published.back(), addresses{"10.0.0.1:6443"});
  joining::join_string s{{{"10.0.0.1", 6443}}, std::string(64, 'a'), token.id, "derived"};
  EXPECT_EQ(joined(request(s, "host2", key)).node.name, "host2");
  auto grand = request(s, "host3", certificates::key::make_ec().value());
  grand.control_plane = true;
  EXPECT_EQ(as_nobody("POST", "join", joining::encode(grand)).code, 403);
}

TEST_F(beacon_test, beacons_of_several_nodes_share_the_token) {
  start();
  one = light();
  auto other = light(2);
  pass(5s);
  EXPECT_EQ(started, 2);
  auto all = stored();
  ASSERT_EQ(all.tokens.size(), 1U);
  auto revision = all.tokens.begin()->second.revision;
  auto third = light(3);
  pass(5s);
  EXPECT_EQ(started, 3);
  EXPECT_EQ(stored().tokens.begin()->second.revision, revision);
}

TEST_F(beacon_test, tells_where_api_servers_are_the_own_one_first) {
  start();
  one = light(2);
  pass(20ms);
  auto gone = host1;
  gone.removed = true;
  tell(one, {host1, host2, worker});
  EXPECT_EQ(published.back(), (addresses{"10.0.0.2:7443", "10.0.0.1:6443"}));
  tell(one, {gone, host2, worker});
  EXPECT_EQ(published.back(), addresses{"10.0.0.2:7443"});
}

TEST_F(beacon_test, waits_for_the_store) {
  one = light();
  tell(one, {host1});
  pass(10s);
  EXPECT_EQ(started, 0);
  start();
  pass(20ms);
  EXPECT_EQ(started, 1);
  EXPECT_EQ(published.back(), addresses{"10.0.0.1:6443"});
}

TEST_F(beacon_test, tries_again_when_it_cannot_listen) {
  start();
  broken = true;
  one = light();
  pass(3500ms);
  EXPECT_GE(started, 3);
  EXPECT_LE(started, 5);
  broken = false;
  tell(one, {host1});
  pass(2s);
  EXPECT_EQ(published.back(), addresses{"10.0.0.1:6443"});
  auto so_far = started;
  pass(10s);
  EXPECT_EQ(started, so_far);
}

} // namespace
} // namespace troupe::actors::join
