#include "actors/store/watches.hpp"
#include "tests/actors/store/fixture.hpp"

namespace troupe::actors::store {
namespace {

/// The table alone: its state is that of the fixture's shard, what it sends is written down.
class watch_table_test : public test::store_test {
protected:
  watch_table table_of(watch_table::limits limits) {
    return watch_table({[this](const subscriber_actor&, event_batch b) { sent.push_back(std::move(b)); },
                        [this](const subscriber_actor&) { ++monitored; },
                        [this](const caf::actor_addr&) { --monitored; }},
                       limits);
  }
  const storage::mvcc::state& kv() const { return *files->state; }
  /// Writes, and publishes what was written.
  void change(watch_table& table, const std::string& key) {
    auto at = put(key, "x");
    auto page = kv().history(mvcc::key_range::prefix(""), at, false);
    ASSERT_TRUE(page.has_value());
    table.publish(page->events, at);
  }
  std::vector<event_batch> sent;
  int monitored = 0;
  subscriber_actor me = watcher(std::make_shared<inbox>());
  caf::strong_actor_ptr my_handle = caf::actor_cast<caf::strong_actor_ptr>(me);
};

TEST_F(watch_table_test, a_commit_costs_what_it_matches_and_not_what_is_watched) {
  auto table = table_of({.watches_max = 100'000, .lag_max = 1000, .page_events_max = 100});
  for (std::uint64_t i = 0; i < 20'000; ++i)
    ASSERT_FALSE(table.open({.id = i, .keys = {"key-" + std::to_string(i), {}}}, me, kv()));
  ASSERT_FALSE(table.open({.id = 20'000, .keys = mvcc::key_range::prefix("key-5")}, me, kv()));
  auto before = table.work();
  change(table, "key-500");
  EXPECT_LT(table.work() - before, 20U);
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_EQ(sent[0].watch, 500U);
  EXPECT_EQ(sent[1].watch, 20'000U);
}

TEST_F(watch_table_test, a_watch_that_was_not_concerned_for_long_starts_from_its_own_events_when_it_falls_behind) {
  auto table = table_of({.watches_max = 10, .lag_max = 5, .page_events_max = 100});
  ASSERT_FALSE(table.open({.id = 1, .keys = {"a", {}}, .credit = 0}, me, kv()));
  for (int i = 0; i < 20; ++i) change(table, "b");
  change(table, "a");
  EXPECT_FALSE(table.behind()) << "it has no credit";
  ASSERT_TRUE(table.catch_up(kv()).has_value());
  EXPECT_TRUE(sent.empty()) << "it is one revision behind, not twenty";
  table.credit(my_handle, 1, 1, kv().current());
  EXPECT_TRUE(table.behind());
  ASSERT_TRUE(table.catch_up(kv()).has_value());
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].events.size(), 1U);
  EXPECT_FALSE(table.behind());
}

TEST_F(watch_table_test, watches_read_on_in_the_history_when_the_state_was_replaced) {
  auto table = table_of({.watches_max = 10, .lag_max = 1000, .page_events_max = 100});
  ASSERT_FALSE(table.open({.id = 1, .keys = {"a", {}}}, me, kv()));
  ASSERT_FALSE(table.open({.id = 2, .keys = {"a", {}}, .from = 4}, me, kv()));
  put("a", "1");
  put("a", "2");
  table.replaced(kv().current());
  EXPECT_TRUE(table.behind());
  ASSERT_TRUE(table.catch_up(kv()).has_value());
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].events.size(), 2U);
  change(table, "a");
  ASSERT_EQ(sent.size(), 3U) << "now the one that starts in the future, too";
}

TEST_F(watch_table_test, many_that_are_behind_take_turns) {
  auto table = table_of({.watches_max = 10, .lag_max = 1000, .page_events_max = 100, .pages_max = 2});
  put("a", "1");
  for (std::uint64_t i = 0; i < 5; ++i)
    ASSERT_FALSE(table.open({.id = i, .keys = {"a", {}}, .from = 1}, me, kv()));
  std::vector<std::size_t> after;
  while (table.behind()) {
    ASSERT_TRUE(table.catch_up(kv()).has_value());
    after.push_back(sent.size());
  }
  EXPECT_EQ(after, (std::vector<std::size_t>{2, 4, 5}));
}

TEST_F(watch_table_test, a_subscriber_is_monitored_while_it_has_watches_and_dropped_with_all_of_them) {
  auto table = table_of({.watches_max = 10, .lag_max = 1000, .page_events_max = 100});
  auto other = watcher(std::make_shared<inbox>());
  for (std::uint64_t i = 0; i < 3; ++i) ASSERT_FALSE(table.open({.id = i, .keys = {"a", {}}}, me, kv()));
  ASSERT_FALSE(table.open({.id = 0, .keys = {"a", {}}}, other, kv()));
  EXPECT_EQ(monitored, 2);
  table.cancel(my_handle, 1);
  EXPECT_EQ(table.size(), 3U);
  table.drop(caf::actor_cast<caf::actor_addr>(me));
  EXPECT_EQ(table.size(), 1U);
  EXPECT_EQ(monitored, 1);
  change(table, "a");
  EXPECT_EQ(sent.size(), 1U);
  table.close_all();
  EXPECT_EQ(table.size(), 0U);
  EXPECT_EQ(monitored, 0);
  EXPECT_EQ(sent.back().ended, event_batch::end::closed);
  EXPECT_EQ(sent.back().revision, kv().current()) << "how far it got, though it may not have been touched";
}

} // namespace
} // namespace troupe::actors::store
