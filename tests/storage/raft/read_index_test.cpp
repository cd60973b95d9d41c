#include "storage/raft/read_index.hpp"
#include "tests/storage/raft/member.hpp"

namespace troupe::tests::raft {
namespace {

std::vector<read_id> ids_of(const std::vector<read_queue::waiting>& list) {
  std::vector<read_id> out;
  for (const auto& w : list)
    out.push_back(w.id);
  return out;
}

TEST(raft_read_index, a_round_settles_only_reads_that_came_before_it) {
  read_queue q(10);
  q.add({1}, 1, {5});
  q.begin_round();
  q.add({1}, 2, {6});
  EXPECT_TRUE(q.round_wanted());
  EXPECT_EQ(ids_of(q.settle(1)), (std::vector<read_id>{1}));
  q.begin_round();
  EXPECT_FALSE(q.round_wanted());
  EXPECT_EQ(ids_of(q.settle(1)), (std::vector<read_id>{}));
  EXPECT_EQ(ids_of(q.settle(2)), (std::vector<read_id>{2}));
  EXPECT_TRUE(q.empty());
}

TEST(raft_read_index, reads_before_the_first_commit_wait_for_it) {
  read_queue q(10);
  q.add({1}, 1, {});
  q.begin_round();
  EXPECT_TRUE(q.settle(1).empty());
  q.first_commit({9});
  const auto settled = q.settle(1);
  ASSERT_EQ(settled.size(), 1);
  EXPECT_EQ(settled.front().index, log_index{9});
}

TEST(raft_read_index, is_bounded) {
  read_queue q(1);
  EXPECT_TRUE(q.add({1}, 1, {1}));
  EXPECT_FALSE(q.add({1}, 2, {1}));
  EXPECT_EQ(ids_of(q.abandon()), (std::vector<read_id>{1}));
  EXPECT_TRUE(q.add({1}, 2, {1}));
}

} // namespace
} // namespace troupe::tests::raft
