#include "actors/etcd/keyspace.hpp"
#include <gtest/gtest.h>

namespace troupe::actors::etcd {
namespace {

const std::string zero(1, '\0');

struct range_case {
  const char* rule;
  std::string key, range_end;
  std::string inside_key, inside_end;
};

TEST(keyspace_test, ranges_of_clients_stay_below_the_prefix) {
  keyspace keys("/etcd/");
  for (auto& c : {range_case{"one key", "a", "", "/etcd/a", ""},
                  range_case{"an interval", "a", "c", "/etcd/a", "/etcd/c"},
                  range_case{"from a key on", "b", zero, "/etcd/b", "/etcd0"},
                  range_case{"everything", zero, zero, "/etcd/" + zero, "/etcd0"},
                  range_case{"up to the highest key", "a", "\xff\xff", "/etcd/a", "/etcd/\xff\xff"},
                  range_case{"no key is refused by the store", "", "", "", ""},
                  range_case{"also with an end", "", "b", "", "/etcd/b"}}) {
    auto in = keys.inside(c.key, c.range_end);
    EXPECT_EQ(in.key, c.inside_key) << c.rule;
    EXPECT_EQ(in.range_end, c.inside_end) << c.rule;
  }
}

TEST(keyspace_test, keys_come_back_as_they_were) {
  keyspace keys("/etcd/");
  for (std::string key : {"a", "/etcd/", "\xff", "/"}) EXPECT_EQ(keys.outside(keys.inside(key)), key);
  EXPECT_TRUE(keys.contains("/etcd/a"));
  EXPECT_FALSE(keys.contains("/registry/pods/a"));
}

TEST(keyspace_test, without_a_prefix_the_whole_store_is_theirs) {
  keyspace keys;
  auto all = keys.inside(zero, zero);
  EXPECT_EQ(all.key, zero);
  EXPECT_EQ(all.range_end, zero);
  EXPECT_EQ(keys.inside("a"), "a");
  EXPECT_EQ(keys.outside("a"), "a");
  EXPECT_TRUE(keys.contains("a"));
}

} // namespace
} // namespace troupe::actors::etcd
