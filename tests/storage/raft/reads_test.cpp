#include "tests/storage/raft/member.hpp"

namespace troupe::tests::raft {
namespace {

TEST(raft_reads, need_a_majority_that_heard_the_leader_after_the_question) {
  member m(voters({1, 2, 3}));
  m.lead({2, 3});
  ASSERT_TRUE(m.raft->read(7));
  const auto round = m.sent<heartbeat>()->round;
  ASSERT_TRUE(m.step(2, heartbeat_response{{1}, round - 1, 10})); // an answer to an earlier one
  m.flush();
  EXPECT_TRUE(m.reads.empty());
  ASSERT_TRUE(m.step(2, heartbeat_response{{1}, round, 10}));
  m.flush();
  EXPECT_EQ(m.reads, (std::vector<read_result>{{7, log_index{1}}}));
}

TEST(raft_reads, the_only_member_answers_at_once) {
  member m(voters({1}));
  ASSERT_TRUE(m.raft->campaign());
  ASSERT_TRUE(m.raft->read(7));
  m.flush();
  EXPECT_EQ(m.reads, (std::vector<read_result>{{7, log_index{1}}}));
}

TEST(raft_reads, fail_when_leadership_is_lost) {
  member m(voters({1, 2, 3}));
  m.lead({2, 3});
  ASSERT_TRUE(m.raft->read(7));
  ASSERT_TRUE(m.step(2, read_request{{1}, 8}));
  ASSERT_TRUE(m.step(3, heartbeat{{2}, {}, 0, 99}));
  EXPECT_EQ(m.sent<read_response>(), (read_response{{2}, 8, {}}));
  EXPECT_EQ(m.reads, (std::vector<read_result>{{7, {}}}));
}

TEST(raft_reads, of_a_follower_go_to_the_leader) {
  member m(voters({1, 2, 3}));
  EXPECT_EQ(m.raft->read(7).error().code, errc::not_leader);
  ASSERT_TRUE(m.step(2, heartbeat{{1}, {}, 0, 10}));
  ASSERT_TRUE(m.raft->read(7));
  EXPECT_EQ(m.sent<read_request>(), (read_request{{1}, 7}));
  ASSERT_TRUE(m.step(2, read_response{{1}, 7, log_index{4}}));
  m.flush();
  EXPECT_EQ(m.reads, (std::vector<read_result>{{7, log_index{4}}}));
  ASSERT_TRUE(m.step(3, read_request{{1}, 9})); // who is not the leader can't tell
  EXPECT_EQ(m.sent<read_response>({3}), (read_response{{1}, 9, {}}));
}

TEST(raft_reads, a_lease_counts_from_when_the_heartbeat_was_sent) {
  member m(voters({1, 2, 3}));
  m.lead({2, 3});
  EXPECT_FALSE(m.raft->lease_valid());
  m.raft->tick();
  const auto sent = m.sent<heartbeat>()->tick;
  for (int i = 0; i < 5; ++i)
    m.raft->tick();
  ASSERT_TRUE(m.step(2, heartbeat_response{{1}, 0, sent})); // late: 5 ticks are gone already
  EXPECT_TRUE(m.raft->lease_valid());
  m.raft->tick(), m.raft->tick();
  EXPECT_TRUE(m.raft->lease_valid());
  m.raft->tick();
  EXPECT_FALSE(m.raft->lease_valid());
}

TEST(raft_reads, there_is_no_lease_without_check_quorum_or_before_the_first_commit) {
  member off({.members = voters({1})}, {.id = {1}, .check_quorum = false});
  ASSERT_TRUE(off.raft->campaign());
  off.flush();
  EXPECT_FALSE(off.raft->lease_valid());
  member fresh(voters({1}));
  ASSERT_TRUE(fresh.raft->campaign());
  EXPECT_FALSE(fresh.raft->lease_valid());
  fresh.flush();
  EXPECT_TRUE(fresh.raft->lease_valid());
}

TEST(raft_reads, heartbeats_from_the_future_are_refused) {
  member m(voters({1, 2, 3}));
  m.lead({2, 3});
  EXPECT_EQ(m.step(2, heartbeat_response{{1}, 99, 10}), tl::unexpected(step_errc::malformed));
  EXPECT_EQ(m.step(2, heartbeat_response{{1}, 0, 9999}), tl::unexpected(step_errc::malformed));
}

} // namespace
} // namespace troupe::tests::raft
