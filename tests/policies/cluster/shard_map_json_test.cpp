#include "policies/cluster/shard_map.hpp"
#include <gtest/gtest.h>
#include <random>

namespace troupe::policies::cluster {
namespace {

shard_map rich() {
  auto map = *with_large_layout({}, 7);
  map = with_running(map, 1);
  map = with_placed(with_fence(map, "pods", 70), "pods", 900);
  map = with_fence(map, "events", 71);
  return with_shard(map, 2);
}

TEST(shard_map_json, comes_back_as_it_was) {
  for (auto& map : {shard_map{}, rich()}) {
    auto back = decode_shard_map(encode(map));
    ASSERT_TRUE(back) << back.error();
    EXPECT_EQ(*back, map);
  }
}

TEST(shard_map_json, refuses_what_it_does_not_know) {
  struct row {
    std::string text, why;
  };
  const std::string head = R"({"format":1,"changes":1,"shards":[{"id":0,"founder":0}],)";
  for (auto& r : std::vector<row>{
         {"", "no JSON"},
         {"[]", "not an object"},
         {R"({"format":2})", "format 2 is not known to this program"},
         {R"({"format":1})", "has no changes"},
         {head + R"("types":{},"moves":[],"more":1})", "members that this program does not know"},
         {head + R"("types":{"pods":{"shard":3,"since":1,"until":1,"moves":1}},"moves":[]})",
          "shard that is not there"},
         {head + R"("types":{},"moves":[{"type":"pods","from":0,"to":1,"phase":"begun","fence":0}]})", "not there"},
         {R"({"format":1,"changes":1,"shards":[],"types":{},"moves":[]})", "no shards"},
         {R"({"format":1,"changes":1,"shards":[{"id":1,"founder":0}],"types":{},"moves":[]})",
          "out of order"},
       }) {
    auto map = decode_shard_map(r.text);
    ASSERT_FALSE(map) << r.text;
    EXPECT_NE(map.error().find(r.why), std::string::npos) << map.error();
  }
  auto text = encode(rich());
  text.replace(text.find("copying"), 7, "waiting");
  EXPECT_NE(decode_shard_map(text).error().find("phase"), std::string::npos);
}

TEST(shard_map_json, survives_damage) {
  std::mt19937 random(1);
  const auto text = encode(rich());
  for (int i = 0; i < 3000; ++i) {
    auto bad = text;
    for (int j = 0; j < 3; ++j) bad[random() % bad.size()] = static_cast<char>(random() % 128);
    auto map = decode_shard_map(bad);
    if (!map) continue;
    EXPECT_TRUE(decode_shard_map(encode(*map)));
  }
}

} // namespace
} // namespace troupe::policies::cluster
