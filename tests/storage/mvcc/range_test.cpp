#include "tests/storage/mvcc/fixture.hpp"

namespace troupe::storage::mvcc {
namespace {

class range_test : public test::state_test {
protected:
  void SetUp() override {
    put("a", "1");  // 2
    put("b", "2");  // 3
    put("b", "3");  // 4
    put("c", "4");  // 5
    remove("a");    // 6
    put("ba", "5"); // 7
  }
};

TEST_F(range_test, ranges_are_half_open) {
  EXPECT_EQ(list("b"), "b=3@4/2");
  EXPECT_EQ(list("b", "c"), "b=3@4/2 ba=5@7/1");
  EXPECT_EQ(list("b", zero), "b=3@4/2 ba=5@7/1 c=4@5/1");
  EXPECT_EQ(all(), "b=3@4/2 ba=5@7/1 c=4@5/1");
  EXPECT_EQ(list("c", "b"), "") << "an inverted range is empty";
  EXPECT_EQ(list("b", "b"), "") << "an empty range is empty";
}

TEST_F(range_test, older_revisions_are_as_they_were) {
  EXPECT_EQ(all(1), "");
  EXPECT_EQ(all(2), "a=1@2/1");
  EXPECT_EQ(all(3), "a=1@2/1 b=2@3/1");
  EXPECT_EQ(all(5), "a=1@2/1 b=3@4/2 c=4@5/1");
  EXPECT_EQ(all(6), "b=3@4/2 c=4@5/1");
  EXPECT_EQ(all(8), to_string(errc::future_revision));
}

TEST_F(range_test, a_limit_tells_that_there_is_more_and_counts_all) {
  auto r = kv->range({.keys = {zero, zero}, .limit = 2});
  EXPECT_EQ(show(r->kvs), "b=3@4/2 ba=5@7/1");
  EXPECT_TRUE(r->more);
  EXPECT_EQ(r->count, 3);
  r = kv->range({.keys = {zero, zero}, .limit = 3});
  EXPECT_FALSE(r->more);
  r = kv->range({.keys = {zero, zero}, .limit = 2, .skip_count = true});
  EXPECT_TRUE(r->more);
  EXPECT_EQ(r->count, 2);
}

TEST_F(range_test, counts_and_keys_come_without_the_rest) {
  auto r = kv->range({.keys = {zero, zero}, .count_only = true});
  EXPECT_EQ(r->count, 3);
  EXPECT_TRUE(r->kvs.empty());
  EXPECT_FALSE(r->more);
  r = kv->range({.keys = {"b", ""}, .keys_only = true});
  EXPECT_EQ(show(r->kvs), "b=-@4/2");
  EXPECT_EQ(r->header_revision, 7);
}

TEST_F(range_test, many_versions_of_a_key_do_not_hide_the_next) {
  for (int i = 0; i < 20; ++i) put("b", std::to_string(i));
  EXPECT_EQ(list("b", "d"), "b=19@27/22 ba=5@7/1 c=4@5/1");
  EXPECT_EQ(list("b", "d", 10), "b=2@10/5 ba=5@7/1 c=4@5/1");
}

TEST_F(range_test, an_empty_key_is_refused) {
  EXPECT_EQ(kv->range({}).error().code, errc::empty_key);
}

} // namespace
} // namespace troupe::storage::mvcc
