#include "tests/storage/raft/member.hpp"

namespace troupe::tests::raft {
namespace {

TEST(raft_batches, a_new_server_has_nothing_to_do) {
  member m(voters({1, 2, 3}));
  EXPECT_FALSE(m.raft->has_batch());
  EXPECT_TRUE(m.raft->take().empty());
}

TEST(raft_batches, hand_each_entry_to_the_writer_once) {
  member m(voters({1}));
  ASSERT_TRUE(m.raft->campaign());
  ASSERT_TRUE(m.raft->propose(bytes("a")));
  const auto first = m.raft->take();
  EXPECT_EQ(first.log.size(), 2);
  ASSERT_TRUE(m.raft->propose(bytes("b")));
  const auto second = m.raft->take();
  ASSERT_EQ(second.log.size(), 1);
  EXPECT_EQ(second.log.front().index, log_index{3});
  EXPECT_GT(second.number, first.number);
}

TEST(raft_batches, one_report_covers_all_before_it) {
  member m(voters({1}));
  ASSERT_TRUE(m.raft->campaign());
  (void)m.raft->take();
  ASSERT_TRUE(m.raft->propose(bytes("a")));
  m.raft->persisted(m.raft->take().number);
  EXPECT_EQ(m.raft->commit_index(), log_index{2});
}

TEST(raft_batches, a_commit_index_alone_is_not_written) {
  member m(voters({1}));
  ASSERT_TRUE(m.raft->campaign());
  m.raft->persisted(m.raft->take().number);
  const auto b = m.raft->take();
  EXPECT_EQ(b.committed.size(), 1);
  EXPECT_FALSE(b.number || b.hard || b.must_sync);
}

TEST(raft_batches, bound_what_waits_to_be_applied) {
  member m({.members = voters({1})}, {.id = {1}, .max_apply_bytes = 70, .max_unapplied_bytes = 100});
  ASSERT_TRUE(m.raft->campaign());
  for (int i = 0; i < 9; ++i)
    ASSERT_TRUE(m.raft->propose(bytes("x")));
  const auto writes = m.raft->take();
  m.disk.write(writes);
  m.raft->persisted(writes.number);
  EXPECT_EQ(m.raft->take().committed.size(), 2); // 32 + 33 bytes
  EXPECT_EQ(m.raft->take().committed.size(), 2);
  EXPECT_FALSE(m.raft->has_batch()); // 131 bytes are out
  m.raft->applied({2});
  EXPECT_EQ(m.raft->take().committed.front().index, log_index{5});
}

TEST(raft_batches, a_log_that_can_not_be_read_is_tried_again_after_a_tick) {
  member m({.members = voters({1})}, {.id = {1}, .log_cache_bytes = 0});
  ASSERT_TRUE(m.raft->campaign());
  const auto b = m.raft->take();
  m.raft->persisted(b.number); // but the disk has nothing
  EXPECT_TRUE(m.raft->take().committed.empty());
  EXPECT_FALSE(m.raft->has_batch());
  m.disk.write(b);
  m.raft->tick();
  EXPECT_EQ(m.raft->take().committed.size(), 1);
}

TEST(raft_batches, tell_a_change_of_role_once) {
  member m(voters({1, 2, 3}));
  ASSERT_TRUE(m.step(2, heartbeat{{1}, {}, 0, 10}));
  EXPECT_EQ(m.raft->take().role, (role_change{role_kind::follower, {1}, server_id{2}}));
  ASSERT_TRUE(m.step(2, heartbeat{{1}, {}, 0, 11}));
  EXPECT_EQ(m.raft->take().role, std::nullopt);
}

TEST(raft_batches, what_is_proposed_between_two_of_them_goes_out_in_one_message) {
  member m(voters({1, 2, 3}));
  m.lead({2, 3});
  for (auto* text : {"a", "b", "c"}) ASSERT_TRUE(m.raft->propose(bytes(text)));
  ASSERT_TRUE(m.raft->has_batch());
  auto messages = m.raft->take().messages;
  ASSERT_EQ(messages.size(), 2) << "one for each other voter";
  for (auto& e : messages) EXPECT_EQ(std::get<append_request>(e.body).list.size(), 3);
}

} // namespace
} // namespace troupe::tests::raft
