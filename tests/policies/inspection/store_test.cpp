#include "policies/inspection/store.hpp"
#include <gmock/gmock.h>

namespace troupe::policies::inspection {
namespace {

api::json::object answer() {
  return api::json::parse(R"({"nodes": [
    {"node": 2, "name": "host2", "shards": [{"shard": 0, "self": 2, "leader": 1, "term": 4, "commitIndex": 90,
      "appliedIndex": 88, "lastIndex": 91, "databaseBytes": 2048, "members": [{"id": 1, "voter": true},
      {"id": 2, "voter": false}]}]},
    {"node": 1, "name": "host1", "shards": [{"shard": 0, "self": 1, "leader": 1, "leading": true, "term": 4,
      "commitIndex": 100, "appliedIndex": 100, "lastIndex": 101}, {"shard": 1, "self": 1, "leader": 0,
      "members": [{"id": 1, "voter": true}]}]},
    {"node": 3, "name": "worker", "error": "it has no store"},
    {"node": 4, "name": "host4", "error": "it does not answer"}]})").as_object();
}

TEST(store, members_are_told_by_shard_and_node_with_their_lag_behind_the_leader) {
  auto all = members_of(answer());
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(all[0].node, "host1");
  EXPECT_EQ(all[0].role, "leader");
  EXPECT_EQ(all[0].lag, 0);
  EXPECT_EQ(all[1].node, "host2");
  EXPECT_EQ(all[1].role, "learner");
  EXPECT_EQ(all[1].leader, "host1");
  EXPECT_EQ(all[1].lag, 12);
  EXPECT_EQ(all[2].error, "it does not answer");
  EXPECT_EQ(all[3].shard, 1U);
  EXPECT_EQ(all[3].role, "voter");
  EXPECT_EQ(all[3].leader, "");
}

TEST(store, the_table_says_what_is_wrong) {
  auto text = rendered(store_table(members_of(answer())));
  EXPECT_THAT(text, testing::HasSubstr("no leader"));
  EXPECT_THAT(text, testing::HasSubstr("it does not answer"));
  EXPECT_THAT(text, testing::HasSubstr("2.0Ki"));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("worker")));
}

TEST(store, documents_have_the_same) {
  auto all = members_of(answer());
  EXPECT_EQ(api::int_at(document(all[1]), {"lag"}), 12);
  EXPECT_EQ(api::string_at(document(all[2]), {"error"}), "it does not answer");
  EXPECT_TRUE(members_of({}).empty());
}

} // namespace
} // namespace troupe::policies::inspection
