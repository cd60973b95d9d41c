#include "policies/controllers/deployment_scale.hpp"
#include "world.hpp"
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace troupe::policies::controllers {

namespace {

deployment_state state(std::int64_t wanted, std::int64_t surge, std::vector<std::int64_t> sizes,
                       std::int64_t most_before) {
  deployment_state s;
  s.deployment = object("{'metadata':{'name':'d'}}");
  s.replicas = wanted;
  s.max_surge = surge;
  for (auto size : sizes) {
    rollout_set set;
    set.body = document(fmt::format("{{'metadata':{{'annotations':{{'deployment.kubernetes.io/max-replicas':'{}',"
                                    "'deployment.kubernetes.io/desired-replicas':'{}'}}}}}}",
                                    most_before, most_before));
    set.replicas = set.before = size;
    s.sets.push_back(std::move(set));
  }
  if (!sizes.empty()) s.newest = sizes.size() - 1;
  return s;
}

TEST(deployment_scale, shares_a_change_among_active_sets) {
  struct { std::string name; deployment_state before; std::vector<std::int64_t> sizes; } cases[] = {
    {"one set follows", state(7, 2, {0, 3}, 3), {0, 7}},
    {"all empty: the new one follows", state(2, 0, {0, 0}, 0), {0, 2}},
    {"up in proportion", state(20, 0, {5, 5}, 10), {10, 10}},
    {"down in proportion", state(5, 0, {8, 2}, 10), {4, 1}},
    {"the largest takes the rest", state(11, 0, {5, 5}, 10), {5, 6}},
    {"to nothing", state(0, 2, {5, 3}, 10), {0, 0}},
    {"nothing to share", state(10, 0, {5, 5}, 10), {5, 5}},
  };
  for (auto& c : cases) {
    scale(c.before);
    std::vector<std::int64_t> sizes;
    for (auto& set : c.before.sets) sizes.push_back(set.replicas);
    EXPECT_EQ(sizes, c.sizes) << c.name;
  }
}

TEST(deployment_scale, a_finished_rollout_drops_old_sets) {
  auto s = state(5, 1, {2, 5}, 5);
  s.sets[1].available = 5;
  scale(s);
  EXPECT_EQ(s.sets[0].replicas, 0);
}

TEST(deployment_scale, a_change_shows_in_the_notes_of_active_sets) {
  auto s = state(5, 0, {5}, 4);
  EXPECT_TRUE(is_scaling(s));
  s.replicas = 4;
  EXPECT_FALSE(is_scaling(s));
}

} // namespace

} // namespace troupe::policies::controllers
