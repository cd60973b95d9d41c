#include "actors/etcd/ranges.hpp"
#include <gtest/gtest.h>

namespace troupe::actors::etcd {
namespace {

using request = pb::RangeRequest;

mvcc::range_response three() {
  mvcc::range_response out;
  auto add = [&](std::string key, mvcc::revision create, mvcc::revision mod, std::int64_t version, std::string value) {
    out.kvs.push_back(std::make_shared<mvcc::key_value>(
      mvcc::key_value{key, create, mod, version, 0, mvcc::make_bytes(std::move(value))}));
  };
  add("a", 4, 9, 3, "y");
  add("b", 2, 5, 1, "z");
  add("c", 3, 7, 2, "x");
  out.count = 3;
  return out;
}

struct ranges_case {
  const char* name;
  request::SortOrder order = request::NONE;
  request::SortTarget target = request::KEY;
  std::int64_t limit = 0, min_mod = 0, max_mod = 0, min_create = 0, max_create = 0;
  std::string want;
  bool more = false;
};

TEST(ranges_test, selects_as_etcd_does_after_its_read) {
  const ranges_case cases[] = {
    {.name = "keys come in their own order", .want = "abc"},
    {.name = "descending keys", .order = request::DESCEND, .want = "cba"},
    {.name = "ascending versions", .order = request::ASCEND, .target = request::VERSION, .want = "bca"},
    {.name = "a target without an order means ascending", .target = request::CREATE, .want = "bca"},
    {.name = "descending mod revisions", .order = request::DESCEND, .target = request::MOD, .want = "acb"},
    {.name = "ascending values", .order = request::ASCEND, .target = request::VALUE, .want = "cab"},
    {.name = "the limit cuts after sorting", .order = request::DESCEND, .limit = 2, .want = "cb", .more = true},
    {.name = "a limit that is just reached", .order = request::DESCEND, .limit = 3, .want = "cba"},
    {.name = "bounds of the mod revision are inclusive", .min_mod = 7, .max_mod = 9, .want = "ac"},
    {.name = "bounds of the create revision are inclusive", .min_create = 2, .max_create = 3, .want = "bc"},
    {.name = "the limit counts what passed the filter", .limit = 1, .min_mod = 6, .want = "a", .more = true},
  };
  for (auto& c : cases) {
    request r;
    r.set_sort_order(c.order);
    r.set_sort_target(c.target);
    r.set_limit(c.limit);
    r.set_min_mod_revision(c.min_mod);
    r.set_max_mod_revision(c.max_mod);
    r.set_min_create_revision(c.min_create);
    r.set_max_create_revision(c.max_create);
    auto out = select(r, three());
    std::string keys;
    for (auto& kv : out.kvs) keys += kv->key;
    EXPECT_EQ(keys, c.want) << c.name;
    EXPECT_EQ(out.more, c.more) << c.name;
  }
}

TEST(ranges_test, only_an_order_or_a_filter_needs_the_whole_range) {
  request r;
  r.set_limit(1);
  EXPECT_FALSE(needs_all(r));
  r.set_sort_order(request::DESCEND);
  EXPECT_TRUE(needs_all(r));
  r.set_sort_order(request::NONE);
  r.set_max_create_revision(5);
  EXPECT_TRUE(needs_all(r));
}

} // namespace
} // namespace troupe::actors::etcd
