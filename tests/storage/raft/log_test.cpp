#include "storage/raft/log.hpp"
#include "tests/storage/raft/member.hpp"

namespace troupe::tests::raft {
namespace {

constexpr std::size_t everything = 1 << 20;

struct disk_and_log {
  explicit disk_and_log(entries list, snapshot_meta base = {.members = voters({1})}, std::size_t cache = everything)
      : disk(std::move(base)), own((disk.write({.log = std::move(list)}), *storage::raft::log::open(disk, cache))) {}
  memory_storage disk;
  storage::raft::log own;
};

TEST(raft_log, joins_what_is_on_disk_with_what_is_in_memory) {
  disk_and_log l({command(1, 1), command(2, 1)});
  l.own.append(command(3, 2)), l.own.append(command(4, 2));
  EXPECT_EQ(l.own.last(), at(4, 2));
  EXPECT_EQ(l.own.stable_index(), log_index{2});
  EXPECT_EQ(l.own.read({1}, {5}, everything)->size(), 4);
  EXPECT_EQ(l.own.read({2}, {4}, everything)->front(), command(2, 1));
  EXPECT_EQ(l.own.read({2}, {9}, 1)->size(), 1); // at least one
  EXPECT_EQ(l.own.read({1}, {5}, 33 * 3)->size(), 3);
  EXPECT_TRUE(l.own.read({5}, {9}, everything)->empty());
  for (std::uint64_t i = 1; i <= 4; ++i)
    EXPECT_EQ(l.own.term({i}), term_number{i < 3 ? 1u : 2u});
  EXPECT_EQ(l.own.term({5}), std::nullopt);
  EXPECT_EQ(l.own.term({}), term_number{});
}

TEST(raft_log, keeps_in_memory_what_is_not_durable_and_forgets_the_rest_above_the_limit) {
  disk_and_log l({}, {.members = voters({1})}, 40);
  for (std::uint64_t i = 1; i <= 4; ++i)
    l.own.append(command(i, 1));
  EXPECT_EQ(l.own.memory_bytes(), 4 * 33);
  l.disk.write({.log = *l.own.read({1}, {4}, everything)});
  l.own.stable_to({3});
  EXPECT_EQ(l.own.memory_bytes(), 33);
  EXPECT_EQ(l.own.read({1}, {5}, everything)->size(), 4);
}

TEST(raft_log, truncation_takes_back_durability_and_configurations) {
  disk_and_log l({command(1, 1), configured(2, 1, voters({1, 2})), command(3, 1)});
  l.own.append(configured(4, 1, voters({1, 2, 3})));
  EXPECT_EQ(l.own.members(), voters({1, 2, 3}));
  EXPECT_EQ(l.own.members_at({3}), voters({1, 2}));
  EXPECT_EQ(l.own.members_at({1}), voters({1}));
  l.own.truncate({3});
  EXPECT_EQ(l.own.members(), voters({1, 2}));
  EXPECT_EQ(l.own.members_index(), log_index{2});
  EXPECT_EQ(l.own.stable_index(), log_index{2});
  EXPECT_EQ(l.own.last(), at(2, 1));
  l.own.append(command(3, 2));
  EXPECT_EQ(l.own.term({3}), term_number{2}); // and not what the disk still has
  l.own.truncate({2});
  EXPECT_EQ(l.own.members(), voters({1}));
}

TEST(raft_log, compares_logs_by_last_term_then_length) {
  disk_and_log l({command(1, 1), command(2, 3)});
  EXPECT_TRUE(l.own.is_up_to_date(at(2, 3)));
  EXPECT_TRUE(l.own.is_up_to_date(at(1, 4)));
  EXPECT_TRUE(l.own.is_up_to_date(at(3, 3)));
  EXPECT_FALSE(l.own.is_up_to_date(at(1, 3)));
  EXPECT_FALSE(l.own.is_up_to_date(at(9, 2)));
}

TEST(raft_log, finds_where_two_logs_may_agree) {
  disk_and_log l({command(1, 1), command(2, 2), command(3, 2), command(4, 5)});
  EXPECT_EQ(l.own.last_at_or_below({9}, {4}), at(3, 2));
  EXPECT_EQ(l.own.last_at_or_below({4}, {5}), at(4, 5));
  EXPECT_EQ(l.own.last_at_or_below({2}, {1}), at(1, 1));
  EXPECT_EQ(l.own.last_at_or_below({1}, {}), at(0, 0));
}

TEST(raft_log, a_snapshot_replaces_it_when_durable) {
  disk_and_log l({command(1, 1), command(2, 1)});
  const snapshot_meta s{{10}, {3}, voters({1, 2})};
  l.own.restore(s);
  EXPECT_EQ(l.own.last(), at(10, 3));
  EXPECT_EQ(l.own.first_index(), log_index{11});
  EXPECT_EQ(l.own.stable_index(), log_index{});
  EXPECT_EQ(l.own.read({2}, {3}, everything), tl::unexpected(log_errc::compacted));
  EXPECT_EQ(l.own.term({2}), std::nullopt); // the disk still has it
  l.own.append(command(11, 3));
  l.own.stable_to({2}); // an earlier write
  EXPECT_EQ(l.own.stable_index(), log_index{});
  l.disk.write({.snapshot = s});
  l.own.stable_to({10});
  EXPECT_EQ(l.own.stable_index(), log_index{10});
  EXPECT_EQ(l.own.members(), voters({1, 2}));
}

TEST(raft_log, serves_from_memory_what_the_disk_has_dropped) {
  disk_and_log l({});
  for (std::uint64_t i = 1; i <= 4; ++i)
    l.own.append(command(i, 1));
  l.disk.write({.log = *l.own.read({1}, {5}, everything)});
  l.own.stable_to({4});
  l.disk.compact({{3}, {1}, voters({1})}, {4});
  EXPECT_EQ(l.own.read({2}, {5}, everything)->size(), 3);
  EXPECT_EQ(l.own.first_index(), log_index{4});
}

TEST(raft_log, describes_states_that_it_can_vouch_for) {
  disk_and_log l({command(1, 1), configured(2, 1, voters({1, 2})), command(3, 2)});
  EXPECT_EQ(l.own.describe({2}), (snapshot_meta{{2}, {1}, voters({1, 2})}));
  EXPECT_EQ(l.own.describe({1}), (snapshot_meta{{1}, {1}, voters({1})}));
  EXPECT_EQ(l.own.describe({4}), std::nullopt);
  l.disk.compact(*l.own.describe({2}), {3});
  l.own.compact(*l.own.describe({2}));
  EXPECT_EQ(l.own.describe({1}), std::nullopt);
  EXPECT_EQ(l.own.describe({3})->members, voters({1, 2}));
  EXPECT_EQ(l.own.term({2}), term_number{1});
}

TEST(raft_log, of_a_joined_server_does_not_know_who_founded_the_group) {
  disk_and_log l({command(1, 1), configured(2, 1, voters({1, 2}))}, {});
  EXPECT_EQ(l.own.describe({1}), std::nullopt);
  EXPECT_EQ(l.own.describe({2})->members, voters({1, 2}));
}

TEST(raft_log, does_not_open_with_a_configuration_that_was_damaged) {
  memory_storage disk({.members = voters({1})});
  disk.write({.log = {entry{{1}, {1}, entry_kind::configuration, bytes("\xff")}}});
  EXPECT_FALSE(storage::raft::log::open(disk, everything));
}

} // namespace
} // namespace troupe::tests::raft
