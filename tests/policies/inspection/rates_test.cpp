#include "policies/inspection/rates.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::inspection {
namespace {

constexpr std::int64_t second = 1'000'000'000;

node_sample sample(std::int64_t at, std::vector<actor_sample> actors) {
  node_sample s{.node = 1, .name = "host1"};
  s.at_ns = at;
  s.actors = std::move(actors);
  return s;
}
actor_sample actor(std::uint64_t id, std::uint64_t handled, std::uint64_t busy_ns) {
  actor_sample a;
  a.id = id;
  a.name = "a" + std::to_string(id);
  a.handled = handled;
  a.busy_ns = busy_ns;
  a.age_ns = 100 * second;
  return a;
}

struct rate_case {
  std::string name;
  std::vector<node_sample> before, after;
  double per_second, busy;
};

TEST(rates, come_from_two_samples_or_else_from_the_whole_life) {
  auto half = static_cast<std::uint64_t>(second / 2);
  for (auto& c : std::vector<rate_case>{
         {"an actor in both samples", {sample(0, {actor(1, 100, 0)})}, {sample(2 * second, {actor(1, 150, half)})}, 25,
          0.25},
         {"one that was not there before", {sample(0, {})}, {sample(second, {actor(1, 200, 0)})}, 2, 0},
         {"no sample before", {}, {sample(second, {actor(1, 200, 0)})}, 2, 0},
         {"a process that started again, with a younger actor of that id", {sample(0, {actor(1, 500, 0)})},
          {sample(second, {actor(1, 100, 0)})}, 1, 0},
         {"a clock that went back", {sample(second, {actor(1, 100, 0)})}, {sample(0, {actor(1, 200, 0)})}, 2, 0},
         {"a share never above one thread", {sample(0, {actor(1, 0, 0)})},
          {sample(second, {actor(1, 1, 9 * half)})}, 1, 1},
       }) {
    auto rows = rows_of(c.before, c.after);
    ASSERT_EQ(rows.size(), 1U) << c.name;
    EXPECT_DOUBLE_EQ(rows[0].per_second, c.per_second) << c.name;
    EXPECT_DOUBLE_EQ(rows[0].busy, c.busy) << c.name;
  }
}

TEST(rates, actors_of_two_nodes_with_one_id_do_not_mix) {
  auto other = sample(0, {actor(1, 0, 0)});
  other.node = 2;
  auto later = other;
  later.at_ns = second;
  later.actors[0].handled = 7;
  auto rows = rows_of({sample(0, {actor(1, 0, 0)}), other}, {sample(second, {actor(1, 3, 0)}), later});
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_DOUBLE_EQ(rows[0].per_second, 3);
  EXPECT_DOUBLE_EQ(rows[1].per_second, 7);
}

TEST(rates, rows_are_sorted_by_any_column_with_the_largest_first) {
  auto rows = rows_of({}, {sample(0, {actor(1, 5, 0), actor(2, 9, 0), actor(3, 5, 0)})});
  rows[2].actor.mailbox = 4;
  rows[0].actor.label = "z";
  auto order = [&](sort_key by) {
    sort_rows(rows, by);
    std::string out;
    for (auto& r : rows) out += std::to_string(r.actor.id);
    return out;
  };
  EXPECT_EQ(order(sort_key::handled), "213");
  EXPECT_EQ(order(sort_key::mailbox), "312");
  EXPECT_EQ(order(sort_key::name), "231");
  EXPECT_EQ(order(sort_key::restarts), "123") << "equal ones by id";
}

TEST(rates, names_of_columns_are_understood) {
  for (auto key : sort_keys) EXPECT_TRUE(parse_sort_key(key)) << key;
  EXPECT_EQ(*parse_sort_key("p99"), sort_key::p99);
  EXPECT_FALSE(parse_sort_key("P99"));
}

TEST(rates, a_row_as_a_document_names_its_node_and_its_rates) {
  auto rows = rows_of({}, {sample(0, {actor(4, 100, 0)})});
  auto o = document(rows[0]);
  EXPECT_EQ(api::string_at(o, {"node"}), "host1");
  EXPECT_EQ(api::int_at(o, {"id"}), 4);
  EXPECT_DOUBLE_EQ(o["messagesPerSecond"].as_double(), 1);
}

} // namespace
} // namespace troupe::policies::inspection
