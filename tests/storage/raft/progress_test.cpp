#include "storage/raft/progress.hpp"
#include "tests/storage/raft/member.hpp"

namespace troupe::tests::raft {
namespace {

TEST(raft_progress, window_is_full_by_messages_or_by_bytes) {
  in_flight by_count(2, 0), by_bytes(9, 100);
  by_count.add({1}, 1000);
  EXPECT_FALSE(by_count.full());
  by_count.add({2}, 1000);
  EXPECT_TRUE(by_count.full());
  by_bytes.add({1}, 99);
  EXPECT_FALSE(by_bytes.full());
  by_bytes.add({5}, 1);
  EXPECT_TRUE(by_bytes.full());
  by_bytes.free_to({4});
  EXPECT_EQ(by_bytes.count(), 1);
  EXPECT_FALSE(by_bytes.full());
}

TEST(raft_progress, probes_one_append_at_a_time) {
  progress p({5}, 0, 2, 0);
  EXPECT_FALSE(p.paused());
  p.sent({7}, 10);
  EXPECT_TRUE(p.paused());
  EXPECT_EQ(p.next, log_index{5});
}

TEST(raft_progress, pipelines_up_to_the_window) {
  progress p({5}, 0, 2, 0);
  p.accepted({4});
  p.become_replicate();
  p.sent({7}, 10), p.sent({9}, 10);
  EXPECT_EQ(p.next, log_index{10});
  EXPECT_TRUE(p.paused());
  p.sent({9}, 0); // without entries it takes no place
  EXPECT_EQ(p.window.count(), 2);
}

TEST(raft_progress, goes_back_after_a_refusal_but_never_below_the_match) {
  struct {
    const char* name;
    progress_state state;
    std::uint64_t match, next, previous, hint;
    bool taken;
    std::uint64_t next_after;
  } const cases[] = {
      {"to the hint", progress_state::probe, 0, 10, 9, 4, true, 5},
      {"at least one back", progress_state::probe, 0, 10, 9, 9, true, 9},
      {"not below the match", progress_state::probe, 6, 10, 9, 2, true, 7},
      {"an old answer while probing", progress_state::probe, 0, 10, 7, 4, false, 10},
      {"pipelining ends at the match", progress_state::replicate, 3, 10, 8, 5, true, 4},
      {"an old answer while pipelining", progress_state::replicate, 5, 10, 5, 2, false, 10},
      {"a snapshot is under way", progress_state::snapshot, 5, 10, 9, 2, false, 10},
  };
  for (const auto& c : cases) {
    progress p({c.next}, 0, 4, 0);
    p.match = {c.match}, p.state = c.state;
    EXPECT_EQ(p.rejected({c.previous}, {c.hint}), c.taken) << c.name;
    EXPECT_EQ(p.next, log_index{c.next_after}) << c.name;
  }
}

TEST(raft_progress, probes_behind_a_snapshot_that_was_sent) {
  progress p({5}, 0, 4, 0);
  p.become_snapshot({20});
  EXPECT_TRUE(p.paused());
  p.become_probe();
  EXPECT_EQ(p.next, log_index{21});
}

TEST(raft_progress, of_members_follows_the_configuration) {
  tracker t(4, 0);
  t.follow(voters({1, 2, 3}), {8}, 100);
  t.find({1})->match = {7}, t.find({2})->match = {5}, t.find({3})->match = {3};
  EXPECT_EQ(t.committed(voters({1, 2, 3})), log_index{5});
  t.follow({.voters = ids({1, 2}), .learners = ids({4})}, {9}, 200);
  EXPECT_EQ(t.find({3}), nullptr);
  EXPECT_EQ(t.find({2})->match, log_index{5});
  EXPECT_EQ(t.find({4})->next, log_index{9});
  EXPECT_EQ(t.find({4})->active_tick, 200);
  EXPECT_EQ(t.active_since(voters({1, 2})), 100);
  t.find({1})->lease_tick = 9, t.find({2})->lease_tick = 7, t.find({1})->round = 4;
  EXPECT_EQ(t.lease_since(voters({1, 2})), 7);
  EXPECT_EQ(t.round(voters({1, 2})), 0);
  EXPECT_EQ(t.committed(voters({1, 9})), log_index{}); // who is not followed has nothing
}

} // namespace
} // namespace troupe::tests::raft
