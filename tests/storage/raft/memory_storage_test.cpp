#include "storage/raft/memory_storage.hpp"
#include "tests/storage/raft/member.hpp"

namespace troupe::tests::raft {
namespace {

memory_storage with_five() {
  memory_storage disk({.members = voters({1})});
  disk.write({.hard = hard_state{{2}, {1}, {3}},
              .log = {command(1, 1), command(2, 1), command(3, 2), command(4, 2), command(5, 2)}});
  return disk;
}

TEST(raft_memory_storage, reads_within_bounds) {
  const auto disk = with_five();
  EXPECT_EQ(disk.first_index(), log_index{1});
  EXPECT_EQ(disk.last_index(), log_index{5});
  EXPECT_EQ(disk.hard().vote, server_id{1});
  EXPECT_EQ(disk.read({2}, {6}, 33 * 2)->size(), 2);
  EXPECT_EQ(disk.read({2}, {6}, 0)->size(), 1);
  EXPECT_EQ(disk.read({2}, {7}, 100), tl::unexpected(log_errc::unavailable));
  EXPECT_EQ(disk.term({0}), term_number{});
  EXPECT_EQ(disk.term({6}), tl::unexpected(log_errc::unavailable));
}

TEST(raft_memory_storage, a_write_replaces_what_comes_after) {
  auto disk = with_five();
  disk.write({.log = {command(3, 7)}});
  EXPECT_EQ(disk.last_index(), log_index{3});
  EXPECT_EQ(disk.term({3}), term_number{7});
}

TEST(raft_memory_storage, compaction_keeps_a_tail_and_the_term_before_it) {
  auto disk = with_five();
  disk.compact({{4}, {2}, voters({1})}, {4});
  EXPECT_EQ(disk.first_index(), log_index{4});
  EXPECT_EQ(disk.term({3}), term_number{2});
  EXPECT_EQ(disk.term({2}), tl::unexpected(log_errc::compacted));
  EXPECT_EQ(disk.read({3}, {5}, 100), tl::unexpected(log_errc::compacted));
  disk.compact({{5}, {2}, voters({1})}, {9}); // no more than the snapshot covers
  EXPECT_EQ(disk.first_index(), log_index{6});
  EXPECT_EQ(disk.last_index(), log_index{5});
}

TEST(raft_memory_storage, a_snapshot_replaces_all) {
  auto disk = with_five();
  disk.write({.snapshot = snapshot_meta{{9}, {3}, voters({2})}, .log = {command(10, 3)}});
  EXPECT_EQ(disk.first_index(), log_index{10});
  EXPECT_EQ(disk.last_index(), log_index{10});
  EXPECT_EQ(disk.term({9}), term_number{3});
}

} // namespace
} // namespace troupe::tests::raft
