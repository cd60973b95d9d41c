#include "actors/shards/stores.hpp"
#include <gtest/gtest.h>

namespace troupe::actors::shards {
namespace {

TEST(stores, asks_for_each_shard_once) {
  stores s;
  EXPECT_EQ(s.unknown_roles({}), std::vector<std::string>{"store/0"});
  auto two = policies::cluster::with_shard({}, 1);
  EXPECT_EQ(s.unknown_roles(two), std::vector<std::string>{"store/1"});
  EXPECT_TRUE(s.unknown_roles(two).empty());
}

TEST(stores, knows_its_own_roles) {
  struct row {
    std::string role;
    bool own;
  };
  for (auto& r : std::vector<row>{{"store/0", true}, {"store/12", true}, {"store/0/member/1", false},
                                  {"store/", false}, {"store/x", false}, {"mirror/pods", false}}) {
    stores s;
    EXPECT_EQ(s.changed(r.role, nullptr), r.own) << r.role;
  }
}

} // namespace
} // namespace troupe::actors::shards
