#include "storage/raft/invariants.hpp"
#include "tests/storage/raft/member.hpp"

namespace troupe::tests::raft {
namespace {

/// A leader of term 1 of a group that consists of itself, with these commands committed.
std::unique_ptr<member> alone(std::uint64_t id, std::initializer_list<const char*> commands) {
  auto m = std::make_unique<member>(snapshot_meta{.members = voters({id})}, fsm_config{.id = {id}});
  EXPECT_TRUE(m->raft->campaign());
  for (const auto* text : commands)
    EXPECT_TRUE(m->raft->propose(bytes(text)));
  return m;
}

TEST(raft_invariants, notice_two_leaders_in_a_term) {
  invariants all;
  all.observe(*alone(1, {})->raft);
  EXPECT_EQ(all.violation(), "");
  all.observe(*alone(2, {})->raft);
  EXPECT_NE(all.violation().find("election safety"), std::string::npos);
}

TEST(raft_invariants, notice_logs_that_differ_at_the_same_index_and_term) {
  invariants all;
  all.observe({1}, batch{.log = {command(1, 1, "a"), command(2, 1, "b")}});
  all.observe({2}, batch{.log = {command(1, 1, "a"), command(2, 1, "b")}});
  EXPECT_EQ(all.violation(), "");
  all.observe({3}, batch{.log = {command(1, 1, "a"), command(2, 1, "c")}});
  EXPECT_NE(all.violation().find("log matching"), std::string::npos);
}

TEST(raft_invariants, notice_different_histories_before_equal_entries) {
  invariants all;
  all.observe({1}, batch{.log = {command(1, 1, "a"), command(2, 2, "b")}});
  all.observe({2}, batch{.log = {command(1, 2, "a"), command(2, 2, "b")}});
  EXPECT_NE(all.violation().find("log matching"), std::string::npos);
}

TEST(raft_invariants, notice_different_commands_applied) {
  invariants all;
  all.observe({1}, batch{.committed = {command(1, 1, "a")}});
  all.observe({2}, batch{.committed = {command(1, 1, "b")}});
  EXPECT_NE(all.violation().find("state machine safety"), std::string::npos);
}

TEST(raft_invariants, notice_a_gap_in_what_is_applied) {
  invariants all;
  all.observe({1}, batch{.committed = {command(1, 1)}});
  all.observe({1}, batch{.committed = {command(3, 1)}});
  EXPECT_NE(all.violation(), "");
}

TEST(raft_invariants, notice_a_leader_without_a_committed_entry) {
  invariants all;
  auto first = alone(1, {"a"});
  first->flush();
  all.observe(*first->raft);
  EXPECT_EQ(all.committed(), log_index{2});
  member second({.members = voters({2})}, {.id = {2}}, {}, {{1}, {}, {}});
  ASSERT_TRUE(second.raft->campaign());
  all.observe(*second.raft);
  EXPECT_NE(all.violation().find("leader completeness"), std::string::npos);
}

} // namespace
} // namespace troupe::tests::raft
