#include "policies/node/atomic_layout.hpp"
#include "tests/policies/node/builders.hpp"

namespace troupe::policies::node {
namespace {
using namespace std::chrono_literals;

TEST(atomic_layout, a_first_write_links_every_top_name) {
  auto p = plan_atomic_write({}, {{"a", {"1"}}, {"d/x", {"2"}}, {"d/y", {"3"}}}, true, noon + 123456us);
  ASSERT_TRUE(p);
  EXPECT_EQ(p->directory, "..2026_11_22_12_00_00.123456000");
  EXPECT_EQ(p->new_links, (std::vector<std::string>{"a", "d"}));
  EXPECT_TRUE(p->stale_links.empty());
}

TEST(atomic_layout, a_change_links_only_what_is_new_and_drops_what_is_gone) {
  auto p = plan_atomic_write({{"a", {"1"}}, {"b", {"1"}}}, {{"a", {"2"}}, {"c", {"1"}}}, false, noon);
  ASSERT_TRUE(p);
  EXPECT_EQ(p->new_links, std::vector<std::string>{"c"});
  EXPECT_EQ(p->stale_links, std::vector<std::string>{"b"});
}

TEST(atomic_layout, equal_files_are_not_written) {
  EXPECT_FALSE(plan_atomic_write({{"a", {"1", 0644}}}, {{"a", {"1", 0644}}}, false, noon));
  EXPECT_TRUE(plan_atomic_write({{"a", {"1", 0644}}}, {{"a", {"1", 0600}}}, false, noon)) << "another mode";
  EXPECT_TRUE(plan_atomic_write({}, {}, true, noon)) << "an empty volume gets its directory too";
}

} // namespace
} // namespace troupe::policies::node
