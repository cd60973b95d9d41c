#include "actors/base/probe.hpp"
#include "actors/directory/directory.hpp"
#include "actors/store/autopilot.hpp"
#include "actors/store/error.hpp"
#include "actors/store/shard_files.hpp"
#include "actors/store/store.hpp"
#include "actors/store/transport.hpp"
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <gtest/gtest.h>
#include <map>

namespace troupe::actors::store {
namespace {

using namespace std::chrono_literals;

struct roster_state { static inline const char* name = "roster"; };
caf::behavior fixed_roster(stateful<roster_state>*, std::shared_ptr<roster> nodes) {
  return {[=](watch_atom, const caf::actor& who) { caf::anon_send(who, roster_atom::value, share(*nodes)); }};
}

/// Several members of one group, which find each other by the directory, under virtual time.
class group_test : public testing::Test {
protected:
  struct config : caf::actor_system_config {
    config() { set("scheduler.policy", caf::atom("testing")); }
  } cfg;
  struct member {
    std::shared_ptr<shard_files> files;
    transport_actor transport;
    shard_actor shard;
    caf::actor pilot;
  };
  ~group_test() override {
    for (auto& [id, m] : members) end(m);
    members.clear();
    caf::anon_send_exit(dir, caf::exit_reason::kill);
    if (records) caf::anon_send_exit(records, caf::exit_reason::kill);
    dir = nullptr;
    records = nullptr;
    settle();
    sched.clock().cancel_all();
  }
  void settle() {
    while (sched.try_run_once()) {}
  }
  void pass(std::chrono::milliseconds time) {
    for (; time > 0ms; time -= 50ms) { // A tick.
      sched.advance_time(50ms);
      settle();
    }
  }
  static store_config settings(std::uint64_t id, bool join) {
    store_config c;
    c.self = id;
    c.join = join;
    c.patience = 2s;
    c.flush_entries = 16;
    c.trim_entries = 8;
    c.keep_entries = 8;
    return c;
  }
  void start(std::uint64_t id, bool join) {
    auto& m = members[id];
    auto c = settings(id, join);
    if (!m.files) m.files = *open_shard(c);
    m.transport = sys.spawn(transport, dir, 0U);
    m.shard = sys.spawn(store, store_dependencies{env, m.files, caf::actor_cast<peer_actor>(m.transport)}, c);
    caf::anon_send(dir, offer_atom::value, member_role(id), caf::actor_cast<caf::strong_actor_ptr>(m.shard));
    settle();
  }
  void end(member& m) {
    if (m.pilot) caf::anon_send_exit(m.pilot, caf::exit_reason::kill);
    if (m.shard) caf::anon_send_exit(m.shard, caf::exit_reason::kill);
    if (m.transport) caf::anon_send_exit(m.transport, caf::exit_reason::kill);
    m.pilot = nullptr;
    m.shard = nullptr;
    m.transport = nullptr;
    settle();
  }
  template <class T, class... Ts> tl::expected<T, caf::error> ask(std::uint64_t id, Ts&&... xs) {
    caf::scoped_actor self(sys);
    auto pending = self->request(members.at(id).shard, 20s, std::forward<Ts>(xs)...);
    settle();
    tl::expected<T, caf::error> out = tl::unexpected(caf::error{});
    bool answered = false;
    for (int i = 0; i < 60 && self->mailbox().empty(); ++i) pass(100ms);
    answered = !self->mailbox().empty();
    if (!answered) return tl::unexpected(make_error(errc::unavailable, "no answer"));
    pending.receive([&](T& x) { out = std::move(x); }, [&](caf::error& e) { out = tl::unexpected(std::move(e)); });
    return out;
  }
  mvcc::revision put(std::uint64_t at, const std::string& key, const std::string& value) {
    mvcc::txn_request txn{.success = {mvcc::put_request{.key = key, .value = mvcc::make_bytes(value), .lease = 0}}};
    auto r = ask<shared<mvcc::txn_response>>(at, write_atom::value, share(std::move(txn)));
    EXPECT_TRUE(r.has_value()) << text_of(r.error());
    return r ? (*r)->header_revision : 0;
  }
  std::string value(std::uint64_t at, const std::string& key) {
    auto r = ask<shared<mvcc::range_response>>(at, list_atom::value, share(mvcc::range_request{.keys = {key, {}}}));
    if (!r) return "error: " + text_of(r.error());
    return (*r)->kvs.empty() ? "" : *(*r)->kvs.front()->value;
  }
  store_status status(std::uint64_t id) { return ask<store_status>(id, status_atom::value).value(); }
  bool change(std::uint64_t at, std::vector<member_change::step> steps) {
    command_request wanted(member_change{std::move(steps)});
    return ask<shared<command_response>>(at, call_atom::value, share(std::move(wanted))).has_value();
  }
  std::uint64_t leader() {
    for (auto& [id, m] : members)
      if (m.shard && status(id).leading) return id;
    return 0;
  }
  std::uint32_t hash(std::uint64_t id) {
    auto r = ask<shared<command_response>>(id, call_atom::value, share(command_request(hash_query{})));
    return r ? (*r)->hash : 0;
  }
  /// Three voters, of which two have joined.
  void grow_to_three() {
    start(1, false);
    start(2, true);
    start(3, true);
    using kind = member_change::kind;
    ASSERT_TRUE(change(1, {{kind::add_learner, 2}}));
    ASSERT_TRUE(change(1, {{kind::add_learner, 3}}));
    pass(500ms);
    ASSERT_TRUE(change(1, {{kind::add_voter, 2}, {kind::add_voter, 3}}));
    pass(500ms);
  }

  caf::actor_system sys{cfg};
  caf::scheduler::test_coordinator& sched = dynamic_cast<caf::scheduler::test_coordinator&>(sys.scheduler());
  environment_ptr env = environment::simulated(3, sys, api::time_point{});
  directory::directory_actor dir = sys.spawn(directory::directory);
  caf::actor records;
  std::map<std::uint64_t, member> members;
};

TEST_F(group_test, members_join_and_take_writes_for_the_leader) {
  grow_to_three();
  EXPECT_GT(put(3, "a", "1"), 0);
  EXPECT_EQ(value(1, "a"), "1");
  EXPECT_EQ(value(2, "a"), "1") << "a read at a follower shows what was acknowledged before";
  EXPECT_EQ(status(1).members.size(), 3U);
  pass(300ms);
  EXPECT_EQ(hash(1), hash(2));
  EXPECT_EQ(hash(1), hash(3));
}

TEST_F(group_test, the_end_of_the_leader_costs_a_moment_and_no_write) {
  grow_to_three();
  put(1, "a", "1");
  end(members.at(1));
  auto before = sched.clock().now();
  EXPECT_GT(put(2, "a", "2"), 0) << "held until there is a leader again";
  EXPECT_LE(sched.clock().now() - before, 1s);
  EXPECT_EQ(value(3, "a"), "2");
  EXPECT_NE(leader(), 1U);
  start(1, false);
  pass(1s);
  EXPECT_EQ(value(1, "a"), "2") << "and it catches up when it is back";
}

TEST_F(group_test, a_write_without_a_majority_is_refused_in_time) {
  grow_to_three();
  end(members.at(1));
  end(members.at(2));
  pass(3s);
  mvcc::txn_request txn{.success = {mvcc::put_request{.key = "a", .value = mvcc::make_bytes("x"), .lease = 0}}};
  auto r = ask<shared<mvcc::txn_response>>(3, write_atom::value, share(std::move(txn)));
  ASSERT_FALSE(r.has_value());
  EXPECT_EQ(code_of(r.error()), errc::unavailable);
}

TEST_F(group_test, leadership_is_handed_over_on_request) {
  grow_to_three();
  ASSERT_EQ(leader(), 1U);
  ASSERT_TRUE(ask<shared<command_response>>(2, call_atom::value, share(command_request(leadership_transfer{}))));
  EXPECT_NE(leader(), 1U);
  EXPECT_NE(leader(), 0U);
  EXPECT_GT(put(1, "a", "1"), 0);
}

TEST_F(group_test, a_transfer_fails_no_write_that_is_under_way_and_none_that_comes) {
  grow_to_three();
  int sent = 0, done = 0;
  std::vector<std::string> failed;
  auto write_everywhere = [&] {
    for (auto& [id, m] : members)
      sys.spawn([&, to = m.shard, key = std::to_string(sent++)](caf::event_based_actor* self) {
        mvcc::txn_request txn{.success = {mvcc::put_request{.key = key, .value = mvcc::make_bytes("x"), .lease = 0}}};
        self->request(to, 20s, write_atom::value, share(std::move(txn)))
          .then([&](const shared<mvcc::txn_response>&) { ++done; },
                [&](caf::error& e) { failed.push_back(text_of(e)); });
      });
  };
  for (int n = 0; n < 6; ++n) {
    auto from = leader();
    write_everywhere();
    for (int some = 0; some < 3 * n; ++some) sched.try_run_once(); // At another moment of their way each time.
    bool handed_over = false;
    sys.spawn([&, to = members.at(from).shard](caf::event_based_actor* self) {
      self->request(to, 20s, call_atom::value, share(command_request(leadership_transfer{})))
        .then([&](const shared<command_response>&) { handed_over = true; },
              [&](caf::error& e) { failed.push_back(text_of(e)); });
    });
    for (int some = 0; some < 40; ++some) {
      sched.try_run_once();
      if (some % 8 == 0) write_everywhere();
    }
    pass(500ms);
    EXPECT_TRUE(handed_over);
    EXPECT_NE(leader(), from);
  }
  EXPECT_EQ(failed, std::vector<std::string>{});
  EXPECT_EQ(done, sent);
}

TEST_F(group_test, who_is_too_far_behind_for_the_log_gets_the_state) {
  start(1, false);
  for (int i = 0; i < 200; ++i) put(1, "k" + std::to_string(i % 50), std::to_string(i));
  pass(3s);
  ASSERT_GT(members.at(1).files->log->first_index().value, 1U) << "the beginning of the log is gone";
  start(2, true);
  ASSERT_TRUE(change(1, {{member_change::kind::add_learner, 2}}));
  pass(5s);
  EXPECT_EQ(status(2).applied_index, status(1).applied_index);
  EXPECT_EQ(value(2, "k49"), "199");
  EXPECT_EQ(hash(1), hash(2));
  put(2, "more", "1");
  pass(300ms);
  EXPECT_EQ(hash(1), hash(2)) << "and goes on from there";
}

TEST_F(group_test, the_autopilot_grows_the_group_with_the_cluster) {
  auto nodes = std::make_shared<roster>();
  records = sys.spawn(fixed_roster, nodes);
  caf::anon_send(dir, offer_atom::value, std::string("roster"), caf::actor_cast<caf::strong_actor_ptr>(records));
  for (std::uint64_t id = 1; id <= 3; ++id)
    nodes->push_back({.id = id, .name = "n" + std::to_string(id), .control_plane = true});
  start(1, false);
  caf::anon_send(dir, offer_atom::value, std::string("store/0"),
                 caf::actor_cast<caf::strong_actor_ptr>(members.at(1).shard));
  start(2, true);
  start(3, true);
  members.at(1).pilot = sys.spawn(autopilot, dir, autopilot_settings{});
  pass(10s);
  auto s = status(1);
  ASSERT_EQ(s.members.size(), 3U);
  for (auto& m : s.members) EXPECT_TRUE(m.voter) << m.id;
}

} // namespace
} // namespace troupe::actors::store
