#include "tests/storage/snapshot/fixture.hpp"

namespace troupe::storage::snapshot {
namespace {

TEST(exporter_test, it_shows_the_state_of_its_start_whatever_is_written_meanwhile) {
  auto store = test::empty_engine();
  auto kv = test::filled(store, 100);
  exporter out(kv->snapshot(), mvcc::state::families(), "", 200);
  auto before = *mvcc::state_hash(*kv->snapshot(), 101, 0);
  auto copy = test::empty_engine();
  importer in(*copy, mvcc::state::families());
  for (std::uint64_t index = kv->applied_index() + 1;; ++index) {
    auto chunk = out.next();
    ASSERT_TRUE(chunk.has_value());
    if (!*chunk) break;
    ASSERT_TRUE(in.accept(parse(**chunk)->value).has_value());
    (void)kv->apply(index, 1, mvcc::txn_request{.success = {mvcc::put_request{.key = "later"}}});
    ASSERT_TRUE(kv->commit().has_value());
  }
  auto restored = std::move(*mvcc::state::open(copy));
  EXPECT_EQ(restored->current(), 101);
  EXPECT_EQ(*mvcc::state_hash(*restored->snapshot(), 101, 0), before);
}

TEST(exporter_test, chunks_have_about_the_size_asked_for) {
  auto kv = test::filled(test::empty_engine(), 200);
  auto chunks = test::export_all(*kv, 500);
  EXPECT_GT(chunks.size(), 10U);
  for (auto& c : chunks) EXPECT_LT(c.size(), 700U);
  EXPECT_EQ(test::export_all(*kv, 1 << 20).size(), 3U) << "begin, data, end";
}

TEST(exporter_test, an_empty_state_is_a_snapshot_too) {
  auto kv = std::move(*mvcc::state::open(test::empty_engine()));
  EXPECT_EQ(test::export_all(*kv, 500).size(), 2U);
}

} // namespace
} // namespace troupe::storage::snapshot
