#include "tests/storage/mvcc/fixture.hpp"

namespace troupe::storage::mvcc {
namespace {

class history_test : public test::state_test {
protected:
  std::string events(const key_range& keys, revision from, bool prev_kv = false) const {
    auto page = kv->history(keys, from, prev_kv);
    return page ? show(page->events) : std::string(to_string(page.error().code));
  }
};

TEST_F(history_test, events_come_in_revision_order_from_the_revision_asked_for) {
  put("b", "1");
  put("a", "2");
  put("b", "3");
  remove("b");
  EXPECT_EQ(events({zero, zero}, 1), "+b=1@2/1 +a=2@3/1 +b=3@4/2 -b@5");
  EXPECT_EQ(events({zero, zero}, 4), "+b=3@4/2 -b@5");
  EXPECT_EQ(events({"b", ""}, 1), "+b=1@2/1 +b=3@4/2 -b@5");
  EXPECT_EQ(events({"a", "b"}, 1), "+a=2@3/1");
  EXPECT_EQ(events({zero, zero}, 6), "") << "the future is empty";
}

TEST_F(history_test, previous_versions_come_on_demand) {
  put("a", "1");
  put("a", "2");
  remove("a");
  put("a", "3");
  EXPECT_EQ(events({"a", ""}, 1, true), "+a=1@2/1 +a=2@3/2<a=1@2/1 -a@4<a=2@3/2 +a=3@5/1");
}

TEST_F(history_test, pages_end_between_revisions) {
  txn_request three;
  for (auto* key : {"a", "b", "c"}) three.success.emplace_back(put_request{.key = key, .value = make_bytes("v")});
  run(three);
  run(three);
  put("d", "v");
  auto page = kv->history({zero, zero}, 1, false, {.events_max = 2});
  EXPECT_EQ(page->events.size(), 3U);
  EXPECT_EQ(page->upto, 2);
  page = kv->history({zero, zero}, 3, false, {.events_max = 4});
  EXPECT_EQ(page->events.size(), 4U);
  EXPECT_EQ(page->upto, 4);
  page = kv->history({"d", ""}, 1, false, {.events_max = 10, .scan_max = 2});
  EXPECT_TRUE(page->events.empty());
  EXPECT_EQ(page->upto, 2) << "a page without a match still gets on";
}

TEST_F(history_test, the_end_of_the_history_is_the_newest_revision) {
  put("a", "1");
  put("b", "1");
  EXPECT_EQ(kv->history({"a", ""}, 2, false)->upto, 3);
}

} // namespace
} // namespace troupe::storage::mvcc
