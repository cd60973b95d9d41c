#include "policies/cluster/node_record.hpp"
#include <gtest/gtest.h>
#include <random>

namespace troupe::policies::cluster {
namespace {

node_record sample() {
  return {2, "b", true, false, "192.0.2.7", 6440, 6443, "10.244.3.0/24", "0.3.0", 1'795'000'000, false,
          "https://192.0.2.7:2379"};
}

TEST(node_record, survives_the_store) {
  auto back = decode_node_record(encode(sample()));
  ASSERT_TRUE(back.has_value()) << back.error();
  EXPECT_EQ(*back, sample());
  std::vector<node_record> roster{sample(), sample()};
  roster[1].id = 3;
  EXPECT_EQ(*decode_roster(encode(roster)), roster);
  EXPECT_EQ(decode_roster("[]")->size(), 0U);
}

TEST(node_record, keys_sort_by_id) {
  EXPECT_EQ(node_record_key(7), "/troupe/nodes/00000000000000000007");
  EXPECT_LT(node_record_key(9), node_record_key(10));
}

TEST(node_record, refuses_what_it_does_not_know) {
  for (std::string text : {"", "[]", "{}", R"({"version":1})", R"({"version":2,"id":1,"name":"a"})",
                           R"({"version":1,"id":0,"name":"a"})", R"({"version":1,"id":-4,"name":"a"})",
                           R"({"version":1,"id":1})", R"({"version":1,"id":1,"name":"a","linkPort":70000})"})
    EXPECT_FALSE(decode_node_record(text).has_value()) << text;
  EXPECT_EQ(decode_node_record(R"({"version":2,"id":1,"name":"a"})").error(),
            "node record: format 2 is not known to this program");
}

TEST(node_record, takes_any_bytes) {
  std::mt19937 random(4);
  auto good = encode(std::vector<node_record>{sample()});
  for (int i = 0; i < 20'000; ++i) {
    auto text = good;
    for (auto n = random() % 4 + 1; n > 0; --n) text[random() % text.size()] = static_cast<char>(random());
    if (auto r = decode_roster(text); r && !r->empty()) {
      EXPECT_NE(r->front().id, 0U);
    }
  }
}

} // namespace
} // namespace troupe::policies::cluster
