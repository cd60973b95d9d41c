#include "tests/storage/raft/member.hpp"

namespace troupe::tests::raft {
namespace {

TEST(raft_transfer, is_ordered_when_the_target_has_everything) {
  member m(voters({1, 2, 3}));
  m.lead({2, 3});
  ASSERT_TRUE(m.raft->propose(bytes("a")));
  ASSERT_TRUE(m.raft->transfer_leadership({2}));
  EXPECT_FALSE(m.sent<timeout_now>());
  EXPECT_EQ(m.raft->propose(bytes("b")), tl::unexpected(error{errc::transferring, server_id{2}}));
  ASSERT_TRUE(m.step(2, append_response{.term = {1}, .index = {2}}));
  EXPECT_TRUE(m.sent<timeout_now>());
  ASSERT_TRUE(m.step(2, append_response{.term = {1}, .index = {2}}));
  EXPECT_FALSE(m.sent<timeout_now>()); // once
}

TEST(raft_transfer, is_given_up_after_an_election_timeout) {
  member m(voters({1, 2, 3}));
  m.lead({2, 3});
  ASSERT_TRUE(m.raft->transfer_leadership({2}));
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(m.step(3, heartbeat_response{{1}, 0, 0}));
    EXPECT_FALSE(m.raft->propose(bytes("a")));
    m.raft->tick();
  }
  EXPECT_TRUE(m.raft->propose(bytes("a")));
  EXPECT_FALSE(m.raft->lease_valid());
}

TEST(raft_transfer, is_obeyed_only_by_voters_and_from_the_leader) {
  member m(voters({1, 2, 3}));
  ASSERT_TRUE(m.step(2, heartbeat{{1}, {}, 0, 10}));
  ASSERT_TRUE(m.step(3, timeout_now{{1}}));
  EXPECT_EQ(m.raft->role(), role_kind::follower);
  ASSERT_TRUE(m.step(2, timeout_now{{1}}));
  EXPECT_EQ(m.raft->role(), role_kind::candidate);
  EXPECT_EQ(m.sent<vote_request>()->kind, vote_kind::forced);
  member learner({.members = {.voters = ids({2}), .learners = ids({1})}});
  ASSERT_TRUE(learner.step(2, timeout_now{{1}}));
  EXPECT_EQ(learner.raft->role(), role_kind::follower);
}

} // namespace
} // namespace troupe::tests::raft
