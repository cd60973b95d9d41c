#include "policies/inspection/tree.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::inspection {
namespace {

actor_row row(std::uint64_t node, std::uint64_t id, std::uint64_t parent) {
  actor_row r;
  r.node = node;
  r.actor.id = id;
  r.actor.parent = parent;
  r.actor.name = "a" + std::to_string(id);
  return r;
}
std::string drawn(std::vector<actor_row> rows) {
  std::string out;
  for (auto& r : tree_of(std::move(rows))) out += std::to_string(r.row.node) + " " + r.branch + r.row.actor.name + "\n";
  return out;
}

TEST(tree, children_stand_below_their_parents_in_the_order_of_their_birth) {
  EXPECT_EQ(drawn({row(1, 9, 2), row(1, 2, 1), row(1, 1, 0), row(1, 5, 2), row(1, 7, 1)}),
            "1 a1\n1 ├─ a2\n1 │  ├─ a5\n1 │  └─ a9\n1 └─ a7\n");
}

TEST(tree, nodes_have_trees_of_their_own) {
  EXPECT_EQ(drawn({row(2, 1, 0), row(1, 1, 0), row(1, 2, 1), row(2, 2, 1)}), "1 a1\n1 └─ a2\n2 a1\n2 └─ a2\n");
}

TEST(tree, who_lost_its_parent_is_a_root) { EXPECT_EQ(drawn({row(1, 4, 3), row(1, 5, 4)}), "1 a4\n1 └─ a5\n"); }

TEST(tree, parents_that_cannot_be_lose_no_row_and_end) {
  EXPECT_EQ(drawn({row(1, 1, 1), row(1, 2, 3), row(1, 3, 2)}), "1 a1\n1 a2\n1 └─ a3\n");
  EXPECT_EQ(drawn({row(1, 1, 0), row(1, 1, 0)}), "1 a1\n1 a1\n");
  EXPECT_EQ(drawn({}), "");
}

} // namespace
} // namespace troupe::policies::inspection
