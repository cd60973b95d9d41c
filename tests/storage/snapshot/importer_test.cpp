#include "tests/storage/snapshot/fixture.hpp"

namespace troupe::storage::snapshot {
namespace {

class importer_test : public ::testing::Test {
protected:
  std::unique_ptr<mvcc::state> kv = test::filled(test::empty_engine(), 120);
  std::vector<std::string> chunks = test::export_all(*kv, 400);
  std::shared_ptr<engine::engine> target = test::empty_engine();
  importer in{*target, mvcc::state::families()};
  engine::errc refused() {
    auto ok = test::import_all(in, chunks);
    EXPECT_FALSE(in.finished());
    return ok ? engine::errc{} : ok.error().code;
  }
};

TEST_F(importer_test, what_was_exported_comes_back) {
  ASSERT_TRUE(test::import_all(in, chunks).has_value());
  EXPECT_TRUE(in.finished());
  EXPECT_EQ(in.description(), "the mark");
  auto restored = std::move(*mvcc::state::open(target));
  EXPECT_EQ(restored->applied_index(), kv->applied_index());
  EXPECT_EQ(restored->leases().at(5).keys, kv->leases().at(5).keys);
  EXPECT_EQ(*mvcc::state_hash(*restored->snapshot(), 121, 0), *mvcc::state_hash(*kv->snapshot(), 121, 0));
}

TEST_F(importer_test, a_missing_chunk_is_seen) {
  chunks.erase(chunks.begin() + 2);
  EXPECT_EQ(refused(), engine::errc::damaged);
}

TEST_F(importer_test, swapped_chunks_are_seen) {
  std::swap(chunks[1], chunks[2]);
  EXPECT_EQ(refused(), engine::errc::damaged);
}

TEST_F(importer_test, a_snapshot_without_its_end_is_not_finished) {
  chunks.pop_back();
  EXPECT_EQ(refused(), engine::errc{});
}

TEST_F(importer_test, a_chunk_that_was_left_out_before_numbering_is_seen_at_the_end) {
  auto dropped = parse(chunks[2])->value;
  chunks[2] = frame(dropped.kind, dropped.number, {});
  EXPECT_EQ(refused(), engine::errc::damaged);
}

TEST_F(importer_test, other_families_are_foreign) {
  importer other(*target, {{"something"}, {"else"}});
  EXPECT_EQ(test::import_all(other, chunks).error().code, engine::errc::foreign);
}

TEST_F(importer_test, nothing_is_accepted_after_an_error_or_the_end) {
  ASSERT_TRUE(test::import_all(in, chunks).has_value());
  EXPECT_EQ(in.accept(parse(chunks[0])->value).error().code, engine::errc::invalid);
}

} // namespace
} // namespace troupe::storage::snapshot
