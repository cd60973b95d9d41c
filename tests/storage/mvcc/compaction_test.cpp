#include "tests/storage/mvcc/fixture.hpp"

namespace troupe::storage::mvcc {
namespace {

class compaction_test : public test::state_test {
protected:
  void SetUp() override {
    put("a", "1"); // 2
    put("a", "2"); // 3
    remove("b");   // nothing
    put("b", "3"); // 4
    remove("a");   // 5
    put("c", "4"); // 6
  }
  void compact(revision at) { ASSERT_TRUE(apply(compact_request{at}).answer.has_value()); }
  int stored(engine::family where) const {
    int n = 0;
    auto cursor = engine_->scan(where, {});
    for (cursor->seek({}); cursor->valid(); cursor->next()) ++n;
    return n;
  }
  void scrub_all() {
    for (;;) {
      auto more = kv->scrub(1);
      ASSERT_TRUE(more.has_value());
      if (!*more) break;
    }
  }
};

TEST_F(compaction_test, reads_before_the_compaction_are_refused_with_its_revision) {
  compact(4);
  EXPECT_EQ(all(3), to_string(errc::compacted));
  EXPECT_EQ(kv->range({.keys = {"a", ""}, .at = 3}).error().compact_revision, 4);
  EXPECT_EQ(all(4), "a=2@3/2 b=3@4/1");
  EXPECT_EQ(all(), "b=3@4/1 c=4@6/1");
}

TEST_F(compaction_test, compaction_goes_forward_and_not_beyond_the_newest) {
  compact(4);
  EXPECT_EQ(refused(compact_request{4}), errc::compacted);
  EXPECT_EQ(refused(compact_request{3}), errc::compacted);
  EXPECT_EQ(refused(compact_request{7}), errc::future_revision);
  compact(6);
  EXPECT_EQ(all(), "b=3@4/1 c=4@6/1");
}

TEST_F(compaction_test, a_transaction_that_reads_compacted_history_is_refused) {
  compact(4);
  EXPECT_EQ(refused(txn_request{.success = {put_request{.key = "z", .value = make_bytes("")},
                                            range_request{.keys = {"a", ""}, .at = 2}}}),
            errc::compacted);
}

TEST_F(compaction_test, scrubbing_removes_exactly_what_nobody_can_read) {
  auto before = all(4);
  compact(4);
  scrub_all();
  EXPECT_EQ(all(4), before);
  EXPECT_EQ(stored(0), 4) << "a@3, b@4, the removal of a, c@6";
  compact(6);
  scrub_all();
  EXPECT_EQ(all(), "b=3@4/1 c=4@6/1");
  EXPECT_EQ(stored(0), 2) << "the newest versions";
  EXPECT_EQ(stored(1), 1) << "the revision of the compaction itself";
}

TEST_F(compaction_test, scrubbing_goes_on_after_a_restart) {
  compact(6);
  EXPECT_TRUE(*kv->scrub(1));
  reopen();
  EXPECT_EQ(kv->compacted(), 6);
  scrub_all();
  EXPECT_EQ(stored(0), 2);
}

TEST_F(compaction_test, a_watch_may_start_at_the_compaction_and_sees_a_removal_there) {
  compact(5);
  scrub_all();
  auto page = kv->history({zero, zero}, 5, true);
  ASSERT_TRUE(page.has_value());
  EXPECT_EQ(show(page->events), "-a@5 +c=4@6/1");
  EXPECT_EQ(kv->history({zero, zero}, 4, false).error().compact_revision, 5);
}

TEST_F(compaction_test, the_hash_depends_on_what_can_be_read_and_not_on_scrubbing) {
  auto hash = [&](revision at) { return *state_hash(*kv->snapshot(), at, kv->compacted()); };
  auto at5 = hash(5), at6 = hash(6);
  EXPECT_NE(at5, at6);
  compact(5);
  auto compacted = hash(6);
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(kv->scrub(1).has_value());
    EXPECT_EQ(hash(6), compacted);
  }
  put("d", "5");
  EXPECT_EQ(hash(6), compacted) << "later revisions do not count";
}

} // namespace
} // namespace troupe::storage::mvcc
