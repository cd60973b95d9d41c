#include "actors/etcd/members.hpp"
#include "policies/cluster/node_record.hpp"
#include "tests/actors/etcd/fixture.hpp"
#include <caf/scoped_actor.hpp>

namespace troupe::actors::etcd {
namespace {

using net::etcd::code;
using test::status;

store::store_status group() {
  store::store_status s;
  s.self = 2;
  s.members = {{.id = 3, .voter = false}, {.id = 1, .voter = true}, {.id = 2, .voter = true}};
  return s;
}

std::shared_ptr<const mvcc::key_value> record(policies::cluster::node_record r) {
  mvcc::key_value kv;
  kv.key = policies::cluster::node_record_key(r.id);
  kv.value = mvcc::make_bytes(policies::cluster::encode(r));
  return std::make_shared<const mvcc::key_value>(std::move(kv));
}

TEST(members_test, are_shown_by_id_with_what_their_nodes_tell) {
  mvcc::range_response records;
  records.kvs = {record({.id = 1, .name = "a", .address = "192.0.2.1", .link_port = 6440,
                         .etcd_url = "https://192.0.2.1:2379"}),
                 record({.id = 2, .name = "b", .address = "192.0.2.2", .link_port = 6441}),
                 record({.id = 9, .name = "worker", .address = "192.0.2.9", .link_port = 6440})};
  pb::MemberListResponse out;
  fill_members(group(), records, out);
  ASSERT_EQ(out.members_size(), 3);
  EXPECT_EQ(out.members(0).id(), 1u);
  EXPECT_EQ(out.members(0).name(), "a");
  ASSERT_EQ(out.members(0).peerurls_size(), 1);
  EXPECT_EQ(out.members(0).peerurls(0), "https://192.0.2.1:6440");
  ASSERT_EQ(out.members(0).clienturls_size(), 1);
  EXPECT_EQ(out.members(0).clienturls(0), "https://192.0.2.1:2379");
  EXPECT_FALSE(out.members(0).islearner());
  EXPECT_EQ(out.members(1).name(), "b");
  EXPECT_EQ(out.members(1).clienturls_size(), 0) << "it does not serve the etcd API";
  EXPECT_EQ(out.members(2).name(), "") << "nobody knows it yet";
  EXPECT_TRUE(out.members(2).islearner());
}

TEST(members_test, a_learner_has_no_vote) {
  auto s = group();
  EXPECT_TRUE(is_voter(s, 1));
  EXPECT_FALSE(is_voter(s, 3));
  EXPECT_FALSE(is_voter(s, 9));
  EXPECT_FALSE(is_learner(s));
  s.self = 3;
  EXPECT_TRUE(is_learner(s));
}

/// The front of a node of a cluster.
class clustered_front_test : public test::etcd_test {
protected:
  clustered_front_test() {
    clustered = true;
    keys = keyspace("/etcd/");
  }
  void put_raw(const std::string& key, const std::string& value) {
    mvcc::put_request p;
    p.key = key;
    p.value = mvcc::make_bytes(value);
    mvcc::txn_request t;
    t.success.emplace_back(p);
    caf::anon_send(store::store_actor(shard), write_atom::value, share(std::move(t)));
    settle();
  }
  /// Of the key in the store itself; 0: there is none.
  std::int64_t revision_of(const std::string& key) {
    mvcc::range_request r;
    r.keys = {key, {}};
    caf::scoped_actor self(system);
    self->send(caf::actor_cast<caf::actor>(shard), list_atom::value, share(std::move(r)));
    settle();
    std::int64_t out = 0;
    self->receive([&](const shared<mvcc::range_response>& a) { out = a->kvs.empty() ? 0 : a->kvs[0]->mod_revision; });
    return out;
  }
  status move_to(std::uint64_t target) {
    pb::MoveLeaderRequest q;
    q.set_targetid(target);
    return ask<pb::MoveLeaderResponse>(q)->ended.at(0);
  }
};

TEST_F(clustered_front_test, tells_the_members_from_the_records_of_the_nodes) {
  policies::cluster::node_record r{.id = 1, .name = "a", .address = "192.0.2.1", .link_port = 6440};
  put_raw(policies::cluster::node_record_key(1), policies::cluster::encode(r));
  auto c = ask<pb::MemberListResponse>(pb::MemberListRequest());
  ASSERT_EQ(c->response.members_size(), 1);
  EXPECT_EQ(c->response.members(0).name(), "a");
  EXPECT_EQ(c->response.members(0).id(), c->response.header().member_id());
}

TEST_F(clustered_front_test, gives_the_leadership_to_voters_only) {
  EXPECT_EQ(move_to(1), status{}) << "it has it";
  EXPECT_EQ(move_to(2), (status{code::failed_precondition, "etcdserver: bad leader transferee"}));
}

TEST_F(clustered_front_test, clients_see_and_change_nothing_but_their_own_keys) {
  put_raw("/registry/pods/default/web", "pod");
  put_raw("/etcd0", "behind");
  pb::RangeRequest all;
  all.set_key(std::string(1, '\0'));
  all.set_range_end(std::string(1, '\0'));
  EXPECT_EQ(ask<pb::RangeResponse>(all)->response.count(), 0);
  put("/registry/pods/default/web", "1");
  put("a", "2");
  auto seen = ask<pb::RangeResponse>(all);
  ASSERT_EQ(seen->response.kvs_size(), 2);
  EXPECT_EQ(seen->response.kvs(0).key(), "/registry/pods/default/web");
  EXPECT_EQ(seen->response.kvs(0).value(), "1");
  EXPECT_EQ(seen->response.kvs(1).key(), "a");
  pb::DeleteRangeRequest wipe;
  wipe.set_key(std::string(1, '\0'));
  wipe.set_range_end(std::string(1, '\0'));
  wipe.set_prev_kv(true);
  auto gone = ask<pb::DeleteRangeResponse>(wipe);
  EXPECT_EQ(gone->response.deleted(), 2);
  EXPECT_EQ(gone->response.prev_kvs(1).key(), "a");
  EXPECT_EQ(revision_of("/registry/pods/default/web"), 2) << "the API's object is untouched";
  EXPECT_EQ(revision_of("/etcd0"), 3);
}

} // namespace
} // namespace troupe::actors::etcd
