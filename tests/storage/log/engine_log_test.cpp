#include "storage/log/engine_log.hpp"
#include "storage/raft/encoding.hpp"
#include <filesystem>
#include <gtest/gtest.h>
#include <unistd.h>

namespace troupe::storage::log {
namespace {

/// The same behaviour in memory and on disk.
class engine_log_test : public ::testing::TestWithParam<bool> {
protected:
  engine_log_test() {
    path = std::filesystem::temp_directory_path() / ("troupe-log-test-" + std::to_string(::getpid()));
    std::filesystem::remove_all(path);
    if (!GetParam()) store = engine::open_memory({.families = families()});
    reopen();
  }
  ~engine_log_test() override {
    log.reset();
    store.reset();
    std::filesystem::remove_all(path);
  }
  void reopen() {
    log.reset();
    if (GetParam()) {
      store.reset();
      auto opened = engine::open_rocksdb({.path = path, .families = families()});
      ASSERT_TRUE(opened.has_value()) << opened.error().text();
      store = std::move(*opened);
    }
    auto opened = open(store);
    ASSERT_TRUE(opened.has_value()) << opened.error().text();
    log = std::move(*opened);
  }
  static raft::entries entries(std::uint64_t term, std::uint64_t from, std::uint64_t upto) {
    raft::entries out;
    for (; from <= upto; ++from)
      out.push_back({{term}, {from}, raft::entry_kind::command,
                     std::make_shared<const std::string>("data " + std::to_string(from))});
    return out;
  }
  void append(std::uint64_t term, std::uint64_t from, std::uint64_t upto) {
    record r;
    r.entries = entries(term, from, upto);
    r.must_sync = true;
    ASSERT_TRUE(log->write({&r, 1}).has_value());
  }
  std::string show() const {
    std::string out = std::to_string(log->first_index().value) + ".." + std::to_string(log->last_index().value) + ":";
    if (log->first_index() > log->last_index()) return out;
    auto list = log->read(log->first_index(), log->last_index() + 1, 1 << 20);
    if (!list) return out + "unreadable";
    for (auto& e : *list) out += " " + std::to_string(e.term.value);
    return out;
  }

  std::string path;
  std::shared_ptr<engine::engine> store;
  std::unique_ptr<raft_log> log;
};

TEST_P(engine_log_test, a_new_log_is_empty_and_fresh) {
  EXPECT_TRUE(log->fresh());
  EXPECT_EQ(show(), "1..0:");
  EXPECT_EQ(log->hard(), raft::hard_state{});
  EXPECT_EQ(log->term({0})->value, 0U);
}

TEST_P(engine_log_test, entries_and_hard_state_survive) {
  append(1, 1, 3);
  record r;
  r.hard = raft::hard_state{{2}, {1}, {3}};
  r.entries = entries(2, 4, 5);
  ASSERT_TRUE(log->write({&r, 1}).has_value());
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(show(), "1..5: 1 1 1 2 2");
    EXPECT_EQ(log->hard(), (raft::hard_state{{2}, {1}, {3}}));
    EXPECT_FALSE(log->fresh());
    EXPECT_EQ(log->term({4})->value, 2U);
    EXPECT_EQ((*log->read({2}, {3}, 0))[0].view(), "data 2");
    reopen();
  }
}

TEST_P(engine_log_test, several_records_are_written_together_in_their_order) {
  std::vector<record> list(3);
  list[0].entries = entries(1, 1, 4);
  list[1].entries = entries(2, 3, 3);
  list[2].entries = entries(2, 4, 5);
  ASSERT_TRUE(log->write(list).has_value());
  EXPECT_EQ(show(), "1..5: 1 1 2 2 2");
}

TEST_P(engine_log_test, an_append_drops_what_was_at_and_behind_its_place) {
  append(1, 1, 10);
  append(2, 4, 5);
  EXPECT_EQ(show(), "1..5: 1 1 1 2 2");
  reopen();
  EXPECT_EQ(show(), "1..5: 1 1 1 2 2");
}

TEST_P(engine_log_test, reading_is_cut_by_size_but_never_below_one_entry) {
  append(1, 1, 10);
  EXPECT_EQ(log->read({1}, {11}, 0)->size(), 1U);
  EXPECT_EQ(log->read({1}, {11}, 100)->size(), 2U);
  EXPECT_EQ(log->read({0}, {2}, 100).error(), raft::log_errc::compacted);
  EXPECT_EQ(log->read({5}, {12}, 100).error(), raft::log_errc::unavailable);
}

TEST_P(engine_log_test, compaction_keeps_the_term_below_and_the_tail_asked_for) {
  append(1, 1, 5);
  append(2, 6, 10);
  raft::snapshot_meta mark{{7}, {2}, {{{1}}, {}, {}, {}, false}};
  ASSERT_TRUE(log->compact(mark, {6}).has_value());
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(show(), "6..10: 2 2 2 2 2");
    EXPECT_EQ(log->term({5})->value, 1U);
    EXPECT_EQ(log->term({4}).error(), raft::log_errc::compacted);
    EXPECT_EQ(log->snapshot(), mark);
    reopen();
  }
  ASSERT_TRUE(log->compact({{3}, {1}, {}}, {4}).has_value()) << "going back changes nothing";
  EXPECT_EQ(log->snapshot(), mark);
  ASSERT_TRUE(log->compact({{10}, {2}, mark.members}, {99}).has_value());
  EXPECT_EQ(show(), "11..10:");
  reopen();
  EXPECT_EQ(show(), "11..10:");
  append(3, 11, 11);
  EXPECT_EQ(show(), "11..11: 3");
}

TEST_P(engine_log_test, an_installed_snapshot_replaces_the_log) {
  append(1, 1, 5);
  record r;
  r.snapshot = raft::snapshot_meta{{100}, {7}, {{{1}, {2}}, {}, {}, {}, false}};
  r.entries = entries(7, 101, 102);
  ASSERT_TRUE(log->write({&r, 1}).has_value());
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(show(), "101..102: 7 7");
    EXPECT_EQ(log->term({100})->value, 7U);
    EXPECT_EQ(log->snapshot().members.voters.size(), 2U);
    reopen();
  }
}

TEST_P(engine_log_test, a_gap_or_a_lost_end_is_damage) {
  append(1, 1, 5);
  record r;
  r.hard = raft::hard_state{{1}, {1}, {5}};
  ASSERT_TRUE(log->write({&r, 1}).has_value());
  engine::batch b;
  b.remove(0, std::string("\0\0\0\0\0\0\0\5", 8));
  ASSERT_TRUE(store->write(b, engine::durability::sync).has_value());
  EXPECT_EQ(open(store).error().code, engine::errc::damaged) << "entry 5 was committed";
  b.put(0, std::string("\0\0\0\0\0\0\0\7", 8), raft::encode(entries(1, 7, 7)[0]));
  ASSERT_TRUE(store->write(b, engine::durability::sync).has_value());
  EXPECT_EQ(open(store).error().code, engine::errc::damaged) << "entry 5 and 6 are missing";
}

TEST_P(engine_log_test, marks_that_do_not_decode_are_damage) {
  for (auto* key : {"hard", "snapshot", "start"}) {
    engine::batch b;
    b.put(1, key, "garbage");
    ASSERT_TRUE(store->write(b, engine::durability::sync).has_value());
    EXPECT_EQ(open(store).error().code, engine::errc::damaged) << key;
    b.clear();
    b.remove(1, key);
    ASSERT_TRUE(store->write(b, engine::durability::sync).has_value());
  }
}

INSTANTIATE_TEST_SUITE_P(engines, engine_log_test, ::testing::Bool(),
                         [](auto& engine_kind) { return engine_kind.param ? "disk" : "memory"; });

} // namespace
} // namespace troupe::storage::log
