#include "policies/scheduling/image_locality.hpp"
#include "tests/policies/scheduling/builders.hpp"

namespace troupe::policies::scheduling {
namespace {

TEST(image_locality_test, scores_grow_between_the_thresholds) {
  constexpr std::int64_t mb = 1024 * 1024;
  EXPECT_EQ(image_locality::score_of(23 * mb, 1), 0);
  EXPECT_EQ(image_locality::score_of(1000 * mb, 1), 100);
  EXPECT_EQ(image_locality::score_of(5000 * mb, 1), 100);
  EXPECT_LT(image_locality::score_of(1000 * mb, 2), 50);
  EXPECT_EQ(image_locality::score_of(1000 * mb, 0), 0);
}

TEST(image_locality_test, an_image_on_few_nodes_counts_less) {
  auto has = R"([{"names":["app:1"],"sizeBytes":1048576000}])";
  cluster all;
  all.put_node(node_object({.name = "with", .images = has}));
  all.put_node(node_object({.name = "without"}));
  auto p = pod("p", requesting("1"));
  auto plug = image_locality::make();
  cycle c{*p, all, {}, {}};
  ASSERT_TRUE(plug.pre_score(c).ok());
  EXPECT_EQ(plug.score(c, *all.find("with")), image_locality::score_of(1048576000 / 2, 1));
  EXPECT_EQ(plug.score(c, *all.find("without")), 0);
}

TEST(image_locality_test, images_that_no_node_has_are_not_scored) {
  cluster all;
  all.put_node(node_object({}));
  auto p = pod("p", requesting("1"));
  cycle c{*p, all, {}, {}};
  EXPECT_TRUE(image_locality::make().pre_score(c).skipped());
}

} // namespace
} // namespace troupe::policies::scheduling
