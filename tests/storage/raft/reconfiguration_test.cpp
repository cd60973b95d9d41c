#include "tests/storage/raft/member.hpp"

namespace troupe::tests::raft {
namespace {

const membership_change add_three{change_kind::add_voter, {3}};

TEST(raft_reconfiguration, waits_for_the_first_commit_of_the_term) {
  // Without this rule two leaders may use majorities that don't overlap (Ongaro, raft-dev, July 2015).
  member m({.members = voters({1, 2})}, {.id = {1}, .pre_vote = false});
  ASSERT_TRUE(m.raft->campaign());
  m.flush();
  ASSERT_TRUE(m.step(2, vote_response{{1}, vote_kind::vote, true}));
  m.flush();
  EXPECT_EQ(m.raft->change_members({&add_three, 1}).error().code, errc::configuration_pending);
  ASSERT_TRUE(m.step(2, append_response{.term = {1}, .index = {1}}));
  EXPECT_TRUE(m.raft->change_members({&add_three, 1}));
  EXPECT_EQ(m.raft->change_members({&add_three, 1}).error().code, errc::configuration_pending);
}

TEST(raft_reconfiguration, takes_effect_when_appended_and_is_undone_when_overwritten) {
  member m({.members = voters({1, 2})}, {.id = {1}}, {}, {{1}, {}, {}});
  ASSERT_TRUE(m.step(2, append_request{{1}, {}, {}, {command(1, 1), configured(2, 1, voters({1, 2, 3}))}}));
  EXPECT_EQ(m.raft->members(), voters({1, 2, 3}));
  m.flush();
  ASSERT_TRUE(m.step(3, append_request{{2}, at(1, 1), {}, {command(2, 2)}}));
  EXPECT_EQ(m.raft->members(), voters({1, 2}));
}

TEST(raft_reconfiguration, is_found_again_after_a_restart) {
  member m({.members = voters({1, 2})}, {.id = {1}}, {command(1, 1), configured(2, 1, voters({1, 2, 3}))},
           {{1}, {}, {}});
  EXPECT_EQ(m.raft->members(), voters({1, 2, 3}));
}

TEST(raft_reconfiguration, a_leader_ends_the_joint_part_that_another_left_behind) {
  const configuration joint{.voters = ids({1}), .outgoing = ids({1, 2}), .auto_leave = true};
  member m({.members = voters({1, 2})}, {.id = {1}, .pre_vote = false}, {configured(1, 1, joint)}, {{1}, {}, {}});
  for (int i = 0; i < 10; ++i)
    m.raft->tick();
  m.flush();
  ASSERT_TRUE(m.step(2, vote_response{{2}, vote_kind::vote, true}));
  m.flush();
  ASSERT_TRUE(m.step(2, append_response{.term = {2}, .index = {2}}));
  m.flush();
  EXPECT_EQ(m.raft->members(), voters({1}));
  EXPECT_EQ(m.raft->commit_index(), log_index{3});
}

TEST(raft_reconfiguration, answers_nonsense_with_a_reason) {
  member m(voters({1, 2}));
  EXPECT_EQ(m.raft->change_members({&add_three, 1}).error().code, errc::not_leader);
  m.lead({2});
  EXPECT_EQ(m.raft->change_members({}).error().code, errc::bad_configuration);
  EXPECT_EQ(m.raft->leave_joint().error().code, errc::bad_configuration);
}

TEST(raft_reconfiguration, a_member_that_leaves_is_forgotten) {
  member m(voters({1, 2, 3}));
  m.lead({2, 3});
  const membership_change drop{change_kind::remove, {3}};
  ASSERT_TRUE(m.raft->change_members({&drop, 1}));
  EXPECT_EQ(m.raft->progress_of_members().size(), 2);
  EXPECT_TRUE(m.step(3, append_response{.term = {1}, .index = {1}})); // late words of it do no harm
  EXPECT_TRUE(m.step(3, heartbeat_response{{1}, 0, 0}));
}

} // namespace
} // namespace troupe::tests::raft
