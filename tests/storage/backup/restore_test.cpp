#include "storage/backup/restore.hpp"
#include "storage/engine/memory_engine.hpp"
#include "storage/mvcc/state.hpp"
#include "tests/storage/backup/fixture.hpp"

namespace troupe::storage::backup {
namespace {

class restore_test : public ::testing::Test {
protected:
  result<summary> run(const std::string& bytes, const restore_config& config = {}) {
    reader r(test::from(bytes));
    return restore(r, *state, *log, config);
  }
  std::unique_ptr<mvcc::state> open() {
    auto opened = mvcc::state::open(state);
    EXPECT_TRUE(opened.has_value()) << opened.error().text();
    return std::move(*opened);
  }
  std::shared_ptr<engine::engine> state{engine::open_memory({.families = mvcc::state::families()})};
  std::shared_ptr<engine::engine> log_engine{engine::open_memory({.families = log::families()})};
  std::unique_ptr<log::raft_log> log = std::move(*log::open(log_engine));
};

TEST_F(restore_test, all_keys_and_leases_are_there_with_their_revisions) {
  auto done = run(test::sample());
  ASSERT_TRUE(done.has_value()) << done.error().text();
  EXPECT_EQ(done->keys, 3U);
  auto kv = open();
  auto all = kv->range({.keys = mvcc::key_range::prefix("")});
  ASSERT_EQ(all->kvs.size(), 3U);
  EXPECT_EQ(all->kvs[1]->key, std::string("b\0c", 3));
  EXPECT_EQ(all->kvs[1]->mod_revision, 5);
  EXPECT_EQ(all->kvs[1]->lease, 7);
  EXPECT_EQ(*all->kvs[1]->value, std::string(100, 'v'));
  EXPECT_EQ(kv->leases().at(7).ttl_seconds, 60);
  EXPECT_EQ(kv->leases().at(7).keys.count(std::string("b\0c", 3)), 1U);
  EXPECT_EQ(kv->leases().at(-3).ttl_seconds, 5);
}

TEST_F(restore_test, revisions_begin_behind_the_backup_and_nobody_can_watch_over_the_gap) {
  ASSERT_TRUE(run(test::sample(), {.revisions_ahead = 1000}).has_value());
  auto kv = open();
  EXPECT_EQ(kv->current(), 1009);
  EXPECT_EQ(kv->compacted(), 1009);
  mvcc::txn_request put{.success = {mvcc::put_request{.key = "a", .value = mvcc::make_bytes("2")}}};
  auto out = kv->apply(2, 1, put, true);
  ASSERT_TRUE(out.answer.has_value());
  ASSERT_TRUE(kv->commit().has_value());
  EXPECT_EQ(out.events.at(0).kv->mod_revision, 1010);
  EXPECT_EQ(out.events.at(0).kv->version, 2);
  EXPECT_EQ(*out.events.at(0).prev_kv->value, "1");
  EXPECT_EQ(kv->history({"a", {}}, 1009, false)->events.size(), 1U);
  EXPECT_EQ(kv->range({.keys = {"a", {}}, .at = 8}).error().code, mvcc::errc::compacted);
  auto page = kv->apply(3, 1, mvcc::compact_request{1010});
  ASSERT_TRUE(page.answer.has_value());
  while (*kv->scrub(10)) {}
  EXPECT_EQ(kv->range({.keys = mvcc::key_range::prefix("")})->kvs.size(), 3U);
}

TEST_F(restore_test, the_log_begins_a_group_of_the_one_member) {
  ASSERT_TRUE(run(test::sample(), {.member = 5}).has_value());
  auto again = log::open(log_engine);
  ASSERT_TRUE(again.has_value());
  EXPECT_FALSE((*again)->fresh());
  EXPECT_EQ((*again)->snapshot().members.voters, std::vector<raft::server_id>{{5}});
  EXPECT_EQ((*again)->snapshot().index.value, open()->applied_index());
  EXPECT_EQ((*again)->last_index().value, 1U);
}

TEST_F(restore_test, values_may_be_changed_on_the_way) {
  auto edit = [](mvcc::key_value& kv) {
    if (kv.key == "a") kv.value = mvcc::make_bytes("other");
  };
  ASSERT_TRUE(run(test::sample(), {.edit = edit}).has_value());
  EXPECT_EQ(*open()->range({.keys = {"a", {}}})->kvs.at(0)->value, "other");
}

TEST_F(restore_test, a_target_in_use_is_refused) {
  ASSERT_TRUE(run(test::sample()).has_value());
  EXPECT_EQ(run(test::sample()).error().code, errc::not_empty);
}

TEST_F(restore_test, a_damaged_backup_founds_no_group) {
  auto bytes = test::sample();
  bytes[bytes.size() - 1] ^= 1;
  EXPECT_EQ(run(bytes).error().code, errc::damaged);
  EXPECT_TRUE(log->fresh());
}

TEST_F(restore_test, a_lease_that_ended_while_the_backup_was_made_ends_at_once) {
  writer w({.revision = 9});
  w.add(test::key_of("a", "1", 4, 99));
  w.end();
  ASSERT_TRUE(run(w.take()).has_value());
  EXPECT_EQ(open()->leases().at(99).ttl_seconds, 1);
  EXPECT_EQ(open()->leases().at(99).keys.count("a"), 1U);
}

} // namespace
} // namespace troupe::storage::backup
