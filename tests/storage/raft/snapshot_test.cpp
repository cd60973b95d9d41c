#include "tests/storage/raft/member.hpp"

namespace troupe::tests::raft {
namespace {

const snapshot_meta ten{{10}, {2}, voters({1, 2, 3})};

TEST(raft_snapshot, replaces_the_log_and_is_confirmed_when_durable) {
  member m({.members = voters({1, 2})}, {.id = {1}}, {command(1, 1), command(2, 1)}, {{2}, {}, {1}}, {1});
  ASSERT_TRUE(m.step(2, install_snapshot{{3}, ten}));
  const auto b = m.raft->take();
  EXPECT_EQ(b.snapshot, ten);
  EXPECT_TRUE(b.messages.empty() && b.committed.empty());
  ASSERT_EQ(b.after_persist.size(), 1);
  EXPECT_EQ(b.after_persist.front().body, message(append_response{.term = {3}, .index = {10}}));
  ASSERT_TRUE(m.step(2, append_request{{3}, at(10, 2), {11}, {command(11, 3)}}));
  const auto next = m.raft->take();
  EXPECT_EQ(next.log.front().index, log_index{11});
  EXPECT_TRUE(next.committed.empty()); // not before the snapshot is there
  m.disk.write(b), m.disk.write(next);
  m.raft->persisted(next.number);
  EXPECT_EQ(m.raft->take().committed.front().index, log_index{11});
  EXPECT_EQ(m.raft->members(), ten.members);
}

TEST(raft_snapshot, is_not_installed_over_what_is_there_already) {
  entries list;
  for (std::uint64_t i = 1; i <= 12; ++i)
    list.push_back(command(i, 2));
  member m({.members = voters({1, 2})}, {.id = {1}}, list, {{2}, {}, {3}}, {3});
  ASSERT_TRUE(m.step(2, install_snapshot{{3}, ten}));
  EXPECT_EQ(m.sent<append_response>(), (append_response{.term = {3}, .index = {10}}));
  EXPECT_EQ(m.raft->commit_index(), log_index{10});
  EXPECT_EQ(m.disk.last_index(), log_index{12});
  ASSERT_TRUE(m.step(2, install_snapshot{{3}, {{5}, {2}, voters({1, 2})}})); // an old one
  EXPECT_EQ(m.sent<append_response>(), (append_response{.term = {3}, .index = {10}}));
}

TEST(raft_snapshot, an_older_write_that_ends_meanwhile_means_nothing) {
  member m({.members = voters({1, 2})}, {.id = {1}}, {}, {{2}, {}, {}});
  ASSERT_TRUE(m.step(2, append_request{{2}, {}, {}, {command(1, 1)}}));
  const auto old = m.raft->take();
  ASSERT_TRUE(m.step(2, install_snapshot{{2}, ten}));
  (void)m.raft->take();
  m.raft->persisted(old.number);
  EXPECT_EQ(m.raft->entries_log().stable_index(), log_index{});
}

TEST(raft_snapshot, a_state_is_described_only_as_far_as_it_is_applied) {
  member m(voters({1}));
  ASSERT_TRUE(m.raft->campaign());
  m.flush();
  EXPECT_EQ(*m.raft->describe({1}), (snapshot_meta{{1}, {1}, voters({1})}));
  ASSERT_TRUE(m.raft->propose(bytes("a")));
  EXPECT_EQ(m.raft->describe({2}).error().code, errc::unavailable);
}

TEST(raft_snapshot, is_sent_to_whom_needs_it_and_again_after_a_failure) {
  member m({.members = voters({1, 2})}, {.id = {1}, .log_cache_bytes = 0});
  m.lead({2});
  ASSERT_TRUE(m.raft->propose(bytes("a")));
  m.flush();
  ASSERT_TRUE(m.step(2, append_response{.term = {1}, .index = {2}}));
  m.flush();
  const auto meta = *m.raft->describe({2});
  m.disk.compact(meta, {3});
  m.raft->compacted(meta);
  const membership_change add{change_kind::add_learner, {3}};
  ASSERT_TRUE(m.raft->change_members({&add, 1}));
  m.flush();
  ASSERT_TRUE(m.step(3, append_response{{1}, {2}, true, {}}));
  EXPECT_EQ(m.sent<install_snapshot>({3}), (install_snapshot{{1}, meta}));
  m.raft->snapshot_sent({3}, snapshot_outcome::failed);
  EXPECT_FALSE(m.sent<install_snapshot>({3}));
  ASSERT_TRUE(m.step(3, heartbeat_response{{1}, 0, 0}));
  EXPECT_TRUE(m.sent<install_snapshot>({3}));
  ASSERT_TRUE(m.step(3, append_response{.term = {1}, .index = {2}}));
  EXPECT_TRUE(m.sent<append_request>({3}));
}

} // namespace
} // namespace troupe::tests::raft
