#include "storage/engine/engine.hpp"
#include "tests/storage/engine/scratch.hpp"

/// What every engine must do.
namespace troupe::storage::engine {
namespace {

enum class kind { memory, with_log, without_log };

class engine_test : public ::testing::TestWithParam<kind> {
protected:
  engine_test() {
    options o{.path = dir.file("db"), .families = {{"one", 4}, {"two"}}};
    o.write_ahead_log = GetParam() == kind::with_log;
    if (GetParam() == kind::memory) {
      store = open_memory(o);
      return;
    }
    auto opened = open_rocksdb(o);
    EXPECT_TRUE(opened.has_value()) << opened.error().text();
    store = std::move(*opened);
  }
  void put(family where, const std::string& key, const std::string& value) {
    batch b;
    b.put(where, key, value);
    ASSERT_TRUE(store->write(b, durability::deferred).has_value());
  }
  static std::string all(cursor& c, const std::string& from = {}) {
    std::string out;
    for (c.seek(from); c.valid(); c.next()) out.append(c.key()).append("=").append(c.value()).append(" ");
    EXPECT_TRUE(c.status().has_value());
    return out;
  }

  test::scratch dir;
  std::unique_ptr<engine> store;
};

TEST_P(engine_test, families_are_apart) {
  put(0, "key1", "a");
  put(1, "key1", "b");
  EXPECT_EQ(**store->find(0, "key1"), "a");
  EXPECT_EQ(**store->find(1, "key1"), "b");
  EXPECT_FALSE(store->find(1, "key2")->has_value());
}

TEST_P(engine_test, a_batch_is_applied_in_its_order) {
  for (auto* key : {"a___1", "b___1", "c___1", "d___1"}) put(0, key, "x");
  batch b;
  b.put(0, "b___1", "y");
  b.remove_range(0, "b___1", "d___1");
  b.put(0, "c___1", "z");
  b.remove(0, "a___1");
  ASSERT_TRUE(store->write(b, durability::sync).has_value());
  EXPECT_EQ(all(*store->scan(0, {})), "c___1=z d___1=x ");
}

TEST_P(engine_test, cursors_stay_inside_their_bounds) {
  for (auto* key : {"a", "b", "c", "d"}) put(1, key, "x");
  auto c = store->scan(1, {"b", "d"});
  EXPECT_EQ(all(*c), "b=x c=x ");
  EXPECT_EQ(all(*c, "c"), "c=x ");
  c->seek_last();
  ASSERT_TRUE(c->valid());
  EXPECT_EQ(c->key(), "c");
  auto empty = store->scan(1, {"x", "z"});
  empty->seek_last();
  EXPECT_FALSE(empty->valid());
}

TEST_P(engine_test, one_prefix_is_found_among_others) {
  for (auto* key : {"keyA0001", "keyA0002", "keyB0001"}) put(0, key, "x");
  auto c = store->scan(0, {.lower = "keyA", .one_prefix = true});
  c->seek("keyA0002");
  ASSERT_TRUE(c->valid());
  EXPECT_EQ(c->key(), "keyA0002");
  auto absent = store->scan(0, {.lower = "keyC", .one_prefix = true});
  absent->seek("keyC0000");
  EXPECT_TRUE(!absent->valid() || !absent->key().starts_with("keyC"));
}

TEST_P(engine_test, a_snapshot_does_not_move) {
  put(1, "a", "old");
  auto view = store->snapshot();
  auto open = store->scan(1, {});
  put(1, "a", "new");
  put(1, "b", "new");
  EXPECT_EQ(all(*view->scan(1, {})), "a=old ");
  EXPECT_EQ(all(*open), "a=old ");
  EXPECT_EQ(all(*store->scan(1, {})), "a=new b=new ");
}

TEST_P(engine_test, flushing_makes_everything_durable) {
  auto before = store->sequence();
  put(0, "aaaaa", "x");
  put(1, "b", "x");
  EXPECT_GT(store->sequence(), before);
  ASSERT_TRUE(store->flush(true).has_value());
  EXPECT_GE(store->flushed_sequence(), store->sequence());
  EXPECT_TRUE(store->verify().has_value());
  EXPECT_GT(store->size_bytes(), 0U);
}

INSTANTIATE_TEST_SUITE_P(kinds, engine_test, ::testing::Values(kind::memory, kind::with_log, kind::without_log));

} // namespace
} // namespace troupe::storage::engine
