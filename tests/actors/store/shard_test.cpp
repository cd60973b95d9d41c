#include "tests/actors/store/fixture.hpp"

namespace troupe::actors::store {
namespace {

namespace raft = storage::raft;

class shard_test : public test::store_test {};

TEST_F(shard_test, the_only_member_leads_at_once) {
  auto s = status();
  EXPECT_TRUE(s.leading);
  EXPECT_EQ(s.leader, 1U);
  EXPECT_EQ(s.revision, 1);
  EXPECT_EQ(s.applied_index, s.last_index);
}

TEST_F(shard_test, a_restart_goes_on_where_it_was) {
  put("a", "1");
  put("b", "2");
  auto term = status().term;
  auto kept = files;
  stop();
  shard = system.spawn(store, store_dependencies{environment_, kept, {}}, settings);
  settle();
  EXPECT_EQ(list(""), "a=1 b=2");
  EXPECT_EQ(put("c", "3"), 4);
  EXPECT_GT(status().term, term);
}

/// One write at a time needs nobody else; those that come together are left to the writer.
TEST_F(shard_test, a_lone_write_may_be_made_durable_without_the_writer) {
  stop();
  settings.write_here_entries = 1;
  start();
  caf::scoped_actor self(system);
  auto put_of = [](const std::string& key) {
    return share(mvcc::txn_request{.success = {mvcc::put_request{.key = key, .value = mvcc::make_bytes("1")}}});
  };
  auto answers_after = [&](int messages) {
    for (; messages > 0; --messages) scheduler.try_run_once();
    auto n = self->mailbox().count();
    settle();
    return n;
  };
  self->send(shard, write_atom::value, put_of("a"));
  EXPECT_EQ(answers_after(2), 1u) << "the request and the turn of the shard";
  for (auto* key : {"b", "c"}) self->send(shard, write_atom::value, put_of(key));
  EXPECT_EQ(answers_after(3), 1u) << "two are too many";
  EXPECT_EQ(self->mailbox().count(), 3u);
  auto kept = files;
  stop();
  shard = system.spawn(store, store_dependencies{environment_, kept, {}}, settings);
  settle();
  EXPECT_EQ(list(""), "a=1 b=1 c=1");
}

TEST_F(shard_test, the_same_seed_gives_the_same_run) {
  auto run = [&] {
    stop();
    start();
    for (int i = 0; i < 20; ++i) put("k" + std::to_string(i % 3), std::to_string(i));
    pass(2s);
    return to_string(status()) + list("");
  };
  EXPECT_EQ(run(), run());
}

/// Passes messages between members, as long as there is a way.
struct network {
  std::map<std::uint64_t, shard_actor> members;
  std::set<std::uint64_t> cut;
};
struct transport_state {
  static inline const char* name = "transport";
};

/// Three members in one system. Their logs start with a bootstrap record that names all of them.
class three_members_test : public test::store_test {
protected:
  void SetUp() override {
    transport = system.spawn([net = net](stateful<transport_state, peer_actor::base>* self) {
      return peer_actor::behavior_type{[=](peer_atom, const shared<raft::envelope>& m) {
        if (net->cut.contains(m->from.value) || net->cut.contains(m->to.value)) return;
        if (auto it = net->members.find(m->to.value); it != net->members.end())
          self->send(it->second, peer_atom::value, m);
      }};
    });
    for (std::uint64_t id : {1, 2, 3}) {
      settings.self = id;
      auto opened = *open_shard(settings);
      storage::log::record bootstrap;
      bootstrap.snapshot = raft::snapshot_meta{};
      bootstrap.snapshot->members.voters = {{1}, {2}, {3}};
      ASSERT_TRUE(opened->log->write({&bootstrap, 1}).has_value());
      net->members[id] = system.spawn(store, store_dependencies{environment_, opened, transport}, settings);
    }
    settle();
  }
  void TearDown() override {
    for (auto& [id, m] : net->members) caf::anon_send_exit(m, caf::exit_reason::kill);
    caf::anon_send_exit(transport, caf::exit_reason::kill);
    net->members.clear();
    settle();
  }
  /// Waits until one of the members that can be reached leads; `shard` is then that one.
  std::uint64_t leader() {
    for (int i = 0; i < 100; ++i) {
      for (auto& [id, m] : net->members) {
        if (net->cut.contains(id)) continue;
        shard = m;
        if (status().leading) return id;
      }
      pass(100ms);
    }
    return 0;
  }
  void use(std::uint64_t id) { shard = net->members[id]; }
  ~three_members_test() override { shard = nullptr; }

  std::shared_ptr<network> net = std::make_shared<network>();
  peer_actor transport;
};

TEST_F(three_members_test, a_write_reaches_all_members_with_equal_state) {
  auto first = leader();
  ASSERT_NE(first, 0U);
  EXPECT_EQ(put("a", "1"), 2);
  pass(1s);
  for (std::uint64_t id : {1, 2, 3}) {
    use(id);
    auto r = ask<shared<mvcc::range_response>>(
      list_atom::value, share(mvcc::range_request{.keys = {"a", ""}, .linearizable = false}));
    ASSERT_TRUE(r.has_value());
    EXPECT_EQ((*r)->kvs.size(), 1U) << id;
  }
}

TEST_F(three_members_test, a_follower_refuses_writes_with_the_leader_and_serves_linearizable_reads) {
  auto first = leader();
  put("a", "1");
  pass(1s);
  use(first % 3 + 1);
  auto r = write({.success = {mvcc::put_request{.key = "b"}}});
  ASSERT_FALSE(r.has_value());
  EXPECT_EQ(code_of(r.error()), errc::not_leader);
  EXPECT_EQ(leader_of(r.error())->value, first);
  EXPECT_EQ(list("a"), "a=1");
}

TEST_F(three_members_test, after_the_loss_of_the_leader_another_goes_on_and_nothing_acknowledged_is_lost) {
  auto first = leader();
  put("a", "1");
  net->cut.insert(first);
  auto second = leader();
  ASSERT_NE(second, 0U);
  EXPECT_NE(second, first);
  EXPECT_EQ(put("b", "2"), 3);
  net->cut.clear();
  pass(3s);
  use(first);
  EXPECT_FALSE(status().leading);
  EXPECT_EQ(list(""), "a=1 b=2");
}

TEST_F(three_members_test, a_write_at_a_cut_off_leader_is_not_acknowledged) {
  auto first = leader();
  net->cut.insert(first);
  caf::error got;
  bool answered = false;
  system.spawn([&, to = net->members[first]](caf::event_based_actor* me) {
    me->request(to, 60s, write_atom::value, share(mvcc::txn_request{.success = {mvcc::put_request{.key = "lost"}}}))
      .then([&](const shared<mvcc::txn_response>&) { answered = true; }, [&](caf::error& e) { got = e; });
  });
  settle();
  auto second = leader();
  ASSERT_NE(second, first);
  put("kept", "1");
  pass(3s);
  net->cut.clear();
  pass(3s);
  EXPECT_FALSE(answered);
  EXPECT_EQ(code_of(got), errc::may_have_happened) << text_of(got);
  use(first);
  EXPECT_EQ(list(""), "kept=1");
}

} // namespace
} // namespace troupe::actors::store
