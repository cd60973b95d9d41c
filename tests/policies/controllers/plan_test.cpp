#include "policies/controllers/plan.hpp"
#include "world.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::controllers {

namespace {

TEST(plan, slow_start_doubles_the_batches) {
  std::vector<step> steps(10);
  std::vector<std::size_t> sizes;
  for (auto& b : slow_start(std::move(steps))) sizes.push_back(b.size());
  EXPECT_EQ(sizes, (std::vector<std::size_t>{1, 2, 4, 3}));
  EXPECT_TRUE(slow_start({}).empty());
}

TEST(plan, the_sooner_of_two_times_counts) {
  plan p;
  p.look_again_after(std::chrono::seconds(3));
  p.look_again_after(std::chrono::seconds(5));
  EXPECT_EQ(p.requeue_after, std::chrono::seconds(3));
  EXPECT_TRUE(p.idle());
  p.then(batch{});
  EXPECT_TRUE(p.idle());
}

TEST(plan, steps_know_their_object) {
  auto o = object("{'metadata':{'name':'a','namespace':'n','uid':'u'}}");
  auto s = remove({"", "pods"}, *o);
  EXPECT_EQ(s.key.text(), "n/a");
  EXPECT_EQ(s.uid, "u");
  EXPECT_EQ(update({"", "pods"}, editable(*o), "status").key.text(), "n/a");
}

} // namespace

} // namespace troupe::policies::controllers
