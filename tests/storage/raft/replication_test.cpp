#include "tests/storage/raft/member.hpp"

namespace troupe::tests::raft {
namespace {

/// A follower of 2 in term 5 with the log 1/1 2/2 3/3 4/3, of which 2 are committed.
member follower() {
  return member({.members = voters({1, 2, 3})}, {.id = {1}},
                {command(1, 1), command(2, 2), command(3, 3), command(4, 3)}, {{5}, {}, {2}}, {2});
}

TEST(raft_replication, a_follower_takes_what_fits_its_log) {
  struct {
    const char* name;
    append_request m;
    append_response answer;
    std::uint64_t last, commit;
  } const cases[] = {
      {"appends", {{5}, at(4, 3), {4}, {command(5, 5)}}, {.term = {5}, .index = {5}}, 5, 4},
      {"commits no more than it was shown to have", {{5}, at(3, 3), {9}, {}}, {.term = {5}, .index = {3}}, 4, 3},
      {"keeps what it has behind an old append",
       {{5}, at(2, 2), {2}, {command(3, 3)}},
       {.term = {5}, .index = {3}},
       4,
       2},
      {"overwrites what contradicts", {{5}, at(2, 2), {2}, {command(3, 4)}}, {.term = {5}, .index = {3}}, 3, 2},
      {"refuses a gap", {{5}, at(7, 5), {2}, {command(8, 5)}}, {{5}, {7}, true, at(4, 3)}, 4, 2},
      {"refuses another term, and tells its own", {{5}, at(4, 4), {2}, {}}, {{5}, {4}, true, at(4, 3)}, 4, 2},
      {"skips terms above the leader's", {{5}, at(4, 2), {2}, {}}, {{5}, {4}, true, at(2, 2)}, 4, 2},
      {"confirms what is committed anyhow", {{5}, at(1, 1), {1}, {command(2, 2)}}, {.term = {5}, .index = {2}}, 4, 2},
  };
  for (const auto& c : cases) {
    auto m = follower();
    ASSERT_TRUE(m.step(2, c.m)) << c.name;
    EXPECT_EQ(m.sent<append_response>(), c.answer) << c.name;
    EXPECT_EQ(m.disk.last_index(), log_index{c.last}) << c.name;
    EXPECT_EQ(m.raft->commit_index(), log_index{c.commit}) << c.name;
  }
}

TEST(raft_replication, nothing_committed_is_ever_overwritten) {
  auto m = follower();
  ASSERT_TRUE(m.step(2, append_request{{5}, at(4, 3), {4}, {}}));
  m.flush();
  EXPECT_TRUE(m.step(2, append_request{{5}, at(2, 2), {2}, {command(3, 4)}})); // below the commit index: not looked at
  EXPECT_EQ(m.raft->entries_log().term({3}), term_number{3});
  EXPECT_EQ(m.step(2, heartbeat{{5}, {9}, 0, 0}), tl::unexpected(step_errc::diverged)); // it never confirmed so much
}

TEST(raft_replication, an_answer_waits_for_the_disk_also_when_it_brings_nothing_new) {
  auto m = follower();
  m.flush();
  const append_request same{{5}, at(4, 3), {2}, {command(5, 5)}};
  ASSERT_TRUE(m.step(2, same));
  const auto first = m.raft->take();
  EXPECT_TRUE(first.messages.empty() && first.after_persist.size() == 1);
  ASSERT_TRUE(m.step(2, same));
  const auto second = m.raft->take();
  EXPECT_TRUE(second.messages.empty() && second.after_persist.size() == 1);
  EXPECT_TRUE(second.number && !second.must_sync);
  m.raft->persisted(second.number);
  ASSERT_TRUE(m.step(2, same));
  EXPECT_EQ(m.raft->take().messages.size(), 1); // nothing is being written any more
}

TEST(raft_replication, a_late_write_does_not_vouch_for_what_replaced_it) {
  auto m = follower();
  m.flush();
  ASSERT_TRUE(m.step(2, append_request{{5}, at(4, 3), {2}, {command(5, 5), command(6, 5)}}));
  const auto old = m.raft->take();
  ASSERT_TRUE(m.step(3, append_request{{6}, at(4, 3), {2}, {command(5, 6), command(6, 6)}}));
  const auto fresh = m.raft->take();
  m.raft->persisted(old.number);
  EXPECT_EQ(m.raft->entries_log().stable_index(), log_index{4});
  m.raft->persisted(fresh.number);
  EXPECT_EQ(m.raft->entries_log().stable_index(), log_index{6});
}

TEST(raft_replication, a_leader_commits_without_its_own_disk_but_never_counts_on_it) {
  member m(voters({1, 2, 3}));
  m.lead({2});
  ASSERT_TRUE(m.raft->propose(bytes("a")));
  const auto writing = m.raft->take();
  ASSERT_TRUE(m.step(2, append_response{.term = {1}, .index = {2}}));
  EXPECT_EQ(m.raft->commit_index(), log_index{1}); // one disk of three
  ASSERT_TRUE(m.step(3, append_response{.term = {1}, .index = {2}}));
  EXPECT_EQ(m.raft->commit_index(), log_index{2});
  EXPECT_TRUE(m.raft->take().committed.empty()); // applied from its own disk only
  m.disk.write(writing);
  m.raft->persisted(writing.number);
  EXPECT_EQ(m.raft->take().committed.size(), 1);
}

TEST(raft_replication, the_end_of_one_write_says_nothing_about_the_next) {
  member m(voters({1, 2, 3}));
  m.lead({2});
  ASSERT_TRUE(m.raft->propose(bytes("a")));
  const auto first = m.raft->take();
  ASSERT_TRUE(m.raft->propose(bytes("b")));
  const auto second = m.raft->take();
  ASSERT_TRUE(m.step(2, append_response{.term = {1}, .index = {3}}));
  m.raft->persisted(first.number);
  EXPECT_EQ(m.raft->commit_index(), log_index{2});
  m.raft->persisted(second.number);
  EXPECT_EQ(m.raft->commit_index(), log_index{3});
}

TEST(raft_replication, entries_of_earlier_terms_are_not_committed_by_counting) {
  // Thesis 3.6.2, figure 3.7: 2/2 is on a majority and may still be overwritten.
  member m({.members = voters({1, 2, 3})}, {.id = {1}, .pre_vote = false}, {command(1, 1), command(2, 2)},
           {{3}, {}, {}});
  for (int i = 0; i < 10; ++i)
    m.raft->tick();
  m.flush();
  ASSERT_TRUE(m.step(2, vote_response{{4}, vote_kind::vote, true}));
  m.flush();
  ASSERT_EQ(m.raft->role(), role_kind::leader);
  ASSERT_TRUE(m.step(2, append_response{.term = {4}, .index = {2}}));
  EXPECT_EQ(m.raft->commit_index(), log_index{});
  ASSERT_TRUE(m.step(2, append_response{.term = {4}, .index = {3}}));
  EXPECT_EQ(m.raft->commit_index(), log_index{3});
}

TEST(raft_replication, a_window_whose_entries_were_compacted_does_not_block) {
  member m({.members = voters({1, 2, 3})}, {.id = {1}, .max_inflight_messages = 1, .log_cache_bytes = 0});
  m.lead({2, 3});
  ASSERT_TRUE(m.raft->propose(bytes("a"))); // fills the window of 3
  m.flush();
  ASSERT_TRUE(m.raft->propose(bytes("b")));
  ASSERT_TRUE(m.step(2, append_response{.term = {1}, .index = {2}}));
  m.flush();
  ASSERT_TRUE(m.step(2, append_response{.term = {1}, .index = {3}}));
  m.flush();
  const auto meta = *m.raft->describe({3});
  m.disk.compact(meta, {4});
  m.raft->compacted(meta);
  ASSERT_TRUE(m.step(3, heartbeat_response{{1}, 0, 0}));
  EXPECT_TRUE(m.sent<install_snapshot>({3}));
}

} // namespace
} // namespace troupe::tests::raft
