#include "tests/storage/mvcc/fixture.hpp"
#include <filesystem>
#include <unistd.h>

namespace troupe::storage::mvcc {
namespace {

using state_test = test::state_test;

TEST_F(state_test, a_new_state_is_at_revision_one) {
  EXPECT_EQ(kv->current(), 1);
  EXPECT_EQ(kv->compacted(), 0);
  EXPECT_EQ(kv->applied_index(), 0U);
  EXPECT_EQ(all(), "");
}

TEST_F(state_test, what_is_not_committed_is_applied_again_after_a_crash) {
  put("a", "1");
  (void)kv->apply(kv->applied_index() + 1, 1, txn_request{.success = {put_request{.key = "b"}}});
  reopen();
  EXPECT_EQ(all(), "a=1@2/1");
  EXPECT_EQ(kv->applied_index(), 1U);
  put("b", "2");
  EXPECT_EQ(all(), "a=1@2/1 b=2@3/1");
}

TEST_F(state_test, a_reload_forgets_what_was_not_committed) {
  put("a", "1");
  (void)kv->apply(9, 1, txn_request{.success = {put_request{.key = "a", .value = make_bytes("half")}}});
  (void)kv->apply(10, 1, lease_grant_request{5, 60});
  ASSERT_TRUE(kv->reload().has_value());
  EXPECT_EQ(kv->applied_index(), 1U);
  EXPECT_TRUE(kv->leases().empty());
  put("b", "2");
  EXPECT_EQ(all(), "a=1@2/1 b=2@3/1");
}

TEST_F(state_test, entries_without_a_command_count) {
  kv->skip(7, 3);
  ASSERT_TRUE(kv->commit().has_value());
  reopen();
  EXPECT_EQ(kv->applied_index(), 7U);
  EXPECT_EQ(kv->applied_term(), 3U);
}

TEST_F(state_test, versions_beyond_the_mark_are_damage) {
  engine::batch b;
  b.put(1, revision_key({99, 0}), "key");
  ASSERT_TRUE(engine_->write(b, engine::durability::sync).has_value());
  EXPECT_EQ(state::open(engine_).error().code, engine::errc::damaged);
}

TEST_F(state_test, a_mark_of_a_newer_format_is_refused) {
  engine::batch b;
  b.put(3, "mark", "\x09");
  ASSERT_TRUE(engine_->write(b, engine::durability::sync).has_value());
  EXPECT_EQ(state::open(engine_).error().code, engine::errc::newer_format);
}

TEST(state_on_disk_test, the_log_may_go_only_up_to_what_was_flushed) {
  auto path = std::filesystem::temp_directory_path() / ("troupe-state-test-" + std::to_string(::getpid()));
  std::filesystem::remove_all(path);
  {
    auto e = engine::open_rocksdb({.path = path, .families = state::families(), .write_ahead_log = false});
    ASSERT_TRUE(e.has_value()) << e.error().text();
    std::shared_ptr<engine::engine> shared = std::move(*e);
    auto kv = std::move(*state::open(shared));
    for (std::uint64_t i = 1; i <= 300; ++i) {
      (void)kv->apply(i, 1, txn_request{.success = {put_request{.key = "k", .value = make_bytes("v")}}});
      ASSERT_TRUE(kv->commit().has_value());
    }
    EXPECT_EQ(kv->durable_index(), 0U);
    ASSERT_TRUE(shared->flush(true).has_value());
    EXPECT_GT(kv->durable_index(), 200U);
    EXPECT_LE(kv->durable_index(), 300U);
    EXPECT_EQ(kv->range({.keys = {"k", ""}, .at = 100})->kvs[0]->version, 99);
  }
  std::filesystem::remove_all(path);
}

} // namespace
} // namespace troupe::storage::mvcc
