#include "actors/cluster/roster.hpp"
#include "actors/election/election.hpp"
#include "tests/support/actor_fixture.hpp"

namespace troupe::actors::cluster {
namespace {

using namespace std::chrono_literals;
using policies::cluster::node_record;
using records = std::vector<node_record>;

class roster_test : public actor_fixture {
public:
  void start(node_record own, bool founder) {
    auto r = own_actor(sys.spawn(roster, env, dir, roster_config{std::move(own), founder}));
    self->send(r, watch_atom::value, caf::actor_cast<caf::actor>(self));
    run();
  }
  caf::actor own_actor(caf::actor a) { return own(a); }
  /// The newest roster that was told; empty if none was.
  std::optional<records> told() {
    std::optional<records> out;
    for (bool more = true; more;) {
      more = false;
      self->receive(
          [&](roster_atom, shared<records>& all) {
            out = *all;
            more = true;
          },
          caf::after(0ms) >> [] {});
    }
    return out;
  }
  void write(const node_record& r) {
    store::mvcc::txn_request txn;
    store::mvcc::put_request put;
    put.key = policies::cluster::node_record_key(r.id);
    put.value = store::mvcc::make_bytes(policies::cluster::encode(r));
    txn.success.emplace_back(std::move(put));
    commit(std::move(txn));
  }
};

node_record node(std::uint64_t id, std::string address = "10.0.0.1") {
  return {.id = id, .name = "n" + std::to_string(id), .control_plane = true, .address = std::move(address),
          .link_port = 6440, .api_port = 6443, .pod_cidr = "10.244.0.0/24", .version = "1"};
}

TEST_F(roster_test, the_first_node_writes_itself_down) {
  start_store();
  start(node(1), true);
  pass(50ms);
  auto all = told();
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 1u);
  auto expected = node(1);
  expected.joined = 1767225600; // The simulated clock.
  EXPECT_EQ(all->front(), expected);
}

TEST_F(roster_test, other_nodes_never_make_their_record) {
  start_store();
  start(node(2), false);
  pass(1s);
  EXPECT_EQ(told(), records{});
}

TEST_F(roster_test, a_node_that_moved_says_so_and_keeps_what_the_cluster_gave_it) {
  start_store();
  auto before = node(2, "10.0.0.2");
  before.joined = 7;
  before.pod_cidr = "10.244.9.0/24";
  write(before);
  auto now = node(2, "10.0.0.99");
  now.link_port = 7440;
  start(now, false);
  pass(50ms);
  auto expected = before;
  expected.address = "10.0.0.99";
  expected.link_port = 7440;
  EXPECT_EQ(told(), records{expected});
}

TEST_F(roster_test, a_removed_node_stays_removed) {
  start_store();
  auto removed = node(2, "10.0.0.2");
  removed.removed = true;
  write(removed);
  start(node(2, "10.0.0.99"), false);
  pass(50ms);
  EXPECT_EQ(told(), records{removed});
}

TEST_F(roster_test, changes_are_told_to_all_subscribers) {
  start_store();
  start(node(1), true);
  pass(50ms);
  (void)told();
  write(node(2));
  pass(50ms);
  auto all = told();
  ASSERT_TRUE(all);
  EXPECT_EQ(all->size(), 2u);
  pass(1min);
  EXPECT_FALSE(told()) << "nothing has changed";
}

TEST_F(roster_test, damaged_records_are_passed_over) {
  start_store();
  store::mvcc::txn_request txn;
  store::mvcc::put_request put;
  put.key = policies::cluster::node_record_key(3);
  put.value = store::mvcc::make_bytes("{");
  txn.success.emplace_back(std::move(put));
  commit(std::move(txn));
  write(node(2));
  start(node(2), false);
  pass(50ms);
  EXPECT_EQ(told(), records{node(2)});
}

} // namespace
} // namespace troupe::actors::cluster
