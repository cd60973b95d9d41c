#include "policies/controllers/deployment_rollout.hpp"
#include "world.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::controllers {

namespace {

deployment_state state(std::int64_t replicas, std::int64_t surge, std::int64_t away, std::int64_t old_size,
                       std::int64_t old_available, std::int64_t new_size, std::int64_t new_available) {
  deployment_state s;
  s.deployment = object("{'metadata':{'name':'d'}}");
  s.replicas = replicas;
  s.max_surge = surge;
  s.max_unavailable = away;
  s.sets.resize(2);
  s.sets[0].replicas = old_size;
  s.sets[0].available = old_available;
  s.sets[1].replicas = new_size;
  s.sets[1].available = new_available;
  s.newest = 1;
  return s;
}

TEST(deployment_rollout, takes_one_step_within_its_bounds) {
  struct { std::string name; deployment_state before; std::int64_t old_size, new_size; } cases[] = {
    {"surge first", state(10, 2, 2, 10, 10, 0, 0), 10, 2},
    {"no surge: make room", state(10, 0, 2, 10, 10, 0, 0), 8, 0},
    {"new pods that are not available hold the old ones", state(10, 2, 0, 10, 10, 2, 0), 10, 2},
    {"available new pods release old ones", state(10, 2, 0, 10, 10, 2, 2), 8, 2},
    {"unhealthy old pods go first", state(10, 0, 2, 10, 7, 0, 0), 8, 0},
    {"a new set that is too large shrinks", state(5, 1, 1, 0, 0, 8, 8), 0, 5},
    {"nothing left to do", state(10, 2, 2, 0, 0, 10, 10), 0, 10},
  };
  for (auto& c : cases) {
    roll(c.before);
    EXPECT_EQ(c.before.sets[0].replicas, c.old_size) << c.name;
    EXPECT_EQ(c.before.sets[1].replicas, c.new_size) << c.name;
  }
}

// A set that shrank to nothing and grows again still tells of the pods that it had.
TEST(deployment_rollout, pods_of_a_status_that_has_not_seen_the_size_do_not_count) {
  auto s = state(1, 1, 0, 1, 1, 1, 1);
  s.sets[1].observed = false;
  roll(s);
  EXPECT_EQ(s.sets[0].replicas, 1) << "the new pod may not even exist";
  s.sets[1].observed = true;
  roll(s);
  EXPECT_EQ(s.sets[0].replicas, 0);

  auto three = state(3, 0, 1, 2, 3, 1, 1);
  roll(three);
  EXPECT_EQ(three.sets[0].replicas, 1) << "the old set has two pods left, whatever its status says";
}

TEST(deployment_rollout, recreate_empties_old_sets) {
  auto s = state(3, 0, 0, 3, 3, 0, 0);
  s.rolling = false;
  EXPECT_TRUE(scale_down_old(s));
  EXPECT_FALSE(scale_down_old(s));
  EXPECT_EQ(new_set_size(s), 3);
}

} // namespace

} // namespace troupe::policies::controllers
