#include "policies/cluster/autopilot.hpp"
#include <algorithm>
#include <gmock/gmock.h>

namespace troupe::policies::cluster {

// For messages of failed tests.
void PrintTo(const member_step& s, std::ostream* out) {
  constexpr const char* verbs[] = {"vote ", "learn ", "remove ", "hand over "};
  *out << verbs[static_cast<int>(s.what)] << s.id;
}

namespace {

using enum member_step_kind;
using ids = std::vector<std::uint64_t>;

group_member voter(std::uint64_t id, bool alive = true, std::int64_t dead = 0) {
  return {id, true, 5'000, alive, dead};
}
group_member learner(std::uint64_t id, std::uint64_t match = 5'000, bool alive = true) {
  return {id, false, match, alive, 0};
}

TEST(autopilot, takes_one_safe_step_at_a_time) {
  struct { std::string name; std::vector<group_member> members; ids nodes; std::vector<member_step> step; } cases[] = {
    {"a single node stays as it is", {voter(1)}, {1}, {}},
    {"a second node learns", {voter(1)}, {1, 2}, {{add_learner, 2}}},
    {"two voters would be worse than one", {voter(1), learner(2)}, {1, 2}, {}},
    {"the third makes both vote, at once", {voter(1), learner(2), learner(3)}, {1, 2, 3},
     {{add_voter, 2}, {add_voter, 3}}},
    {"not while one of them is far behind", {voter(1), learner(2), learner(3, 10)}, {1, 2, 3}, {}},
    {"not while one of them is silent", {voter(1), learner(2), learner(3, 5'000, false)}, {1, 2, 3}, {}},
    {"a fourth stands by", {voter(1), voter(2), voter(3)}, {1, 2, 3, 4}, {{add_learner, 4}}},
    {"and does not vote", {voter(1), voter(2), voter(3), learner(4)}, {1, 2, 3, 4}, {}},
    {"a removed node goes", {voter(1), voter(2), voter(3)}, {1, 2}, {{remove, 3}}},
    {"its place is taken", {voter(1), voter(2), learner(4)}, {1, 2, 4}, {{add_voter, 4}}},
    {"a removed node stays while the others have no majority without it",
     {voter(1), voter(2, false, 9), voter(3)}, {1, 2}, {}},
    {"a voter that is silent for a moment keeps its place",
     {voter(1), voter(2, false, 20), voter(3), learner(4)}, {1, 2, 3, 4}, {}},
    {"one that is silent for long gives it to who stands by",
     {voter(1), voter(2, false, 400), voter(3), learner(4)}, {1, 2, 3, 4}, {{add_voter, 4}, {add_learner, 2}}},
    {"nobody stands by", {voter(1), voter(2, false, 400), voter(3)}, {1, 2, 3}, {}},
    {"a leader that has to go hands over first", {voter(1), voter(2), voter(3)}, {2, 3}, {{hand_over, 1}}},
    {"unless it is the last one", {voter(1)}, {}, {}},
    {"two of two stay after a removal", {voter(1), voter(2)}, {1, 2}, {}},
    {"a group of two is filled up as soon as somebody stands by", {voter(1), voter(2), learner(3)}, {1, 2, 3},
     {{add_voter, 3}}},
    {"a learner that is lost costs nothing", {voter(1), learner(2, 10, false)}, {1, 2}, {}},
    {"nobody replaces a voter who is behind itself",
     {voter(1), voter(2, false, 400), voter(3), learner(4, 10)}, {1, 2, 3, 4}, {}},
    {"nothing is replaced while the others have no majority",
     {voter(1), voter(2, false, 400), voter(3, false, 5), learner(4)}, {1, 2, 3, 4}, {}},
    {"a dead node that was removed goes", {voter(1), voter(2, false, 400), voter(3)}, {1, 3}, {{remove, 2}}},
  };
  for (auto& c : cases) EXPECT_EQ(next_change({1, 5'100, c.members, c.nodes}), c.step) << c.name;
}

TEST(autopilot, replaces_a_lost_voter_also_in_a_group_that_is_not_full) {
  group_view view{1, 5'100, {voter(1), voter(2, false, 400), voter(3), learner(4)}, {1, 2, 3, 4}};
  EXPECT_EQ(next_change(view, {.voters = 5}), (std::vector<member_step>{{add_voter, 4}, {add_learner, 2}}));
}

std::size_t voters_of(const group_view& v, bool alive_only) {
  return static_cast<std::size_t>(std::count_if(v.members.begin(), v.members.end(), [&](auto& m) {
    return m.voter && (m.alive || !alive_only);
  }));
}

void carry_out(group_view& view, const std::vector<member_step>& change, const ids& dead) {
  for (auto& s : change) {
    std::erase_if(view.members, [&](auto& m) { return m.id == s.id; });
    bool alive = std::find(dead.begin(), dead.end(), s.id) == dead.end();
    if (s.what != remove) view.members.push_back({s.id, s.what == add_voter, 5'000, alive, alive ? 0 : 400});
  }
}

/// Every control plane of one to five nodes, every loss that leaves a majority, for a moment and for long, with and
/// without the removal of what was lost.
TEST(autopilot, never_risks_the_majority_and_has_no_dead_voter_where_a_living_one_stands_by) {
  enum class loss { for_a_moment, for_long, removed };
  for (std::uint64_t nodes = 1; nodes <= 5; ++nodes)
    for (std::uint32_t wanted : {1U, 3U, 5U})
      for (std::uint64_t lost = 0; lost < (1U << nodes); lost += 2) // The leader, node 1, asks.
        for (auto how : {loss::for_a_moment, loss::for_long, loss::removed}) {
          auto what = testing::Message() << nodes << " nodes, " << wanted << " wanted, lost " << lost << ", "
                                         << static_cast<int>(how);
          group_view view{1, 5'000, {voter(1)}, {}};
          for (std::uint64_t id = 1; id <= nodes; ++id) view.control_plane.push_back(id);
          for (auto c = next_change(view, {.voters = wanted}); !c.empty(); c = next_change(view, {.voters = wanted}))
            carry_out(view, c, {});
          auto before = voters_of(view, false);
          ASSERT_EQ(before % 2, 1U) << what;
          ids dead;
          for (auto& m : view.members)
            if (lost & (1U << (m.id - 1))) {
              m.alive = false, m.dead_seconds = how == loss::for_long ? 400 : 20;
              dead.push_back(m.id);
              if (how == loss::removed) std::erase(view.control_plane, m.id);
            }
          if (2 * voters_of(view, true) <= before) continue; // Nobody leads.
          int steps = 0;
          for (auto c = next_change(view, {.voters = wanted}); !c.empty(); c = next_change(view, {.voters = wanted})) {
            ASSERT_LT(++steps, 20) << what;
            carry_out(view, c, dead);
            ASSERT_GT(2 * voters_of(view, true), voters_of(view, false)) << what;
            if (how != loss::removed) {
              ASSERT_EQ(voters_of(view, false), before) << what;
            }
          }
          auto idle =
            std::any_of(view.members.begin(), view.members.end(), [](auto& m) { return !m.voter && m.alive; });
          auto dead_voters = voters_of(view, false) - voters_of(view, true);
          EXPECT_TRUE(how != loss::for_long || !idle || dead_voters == 0) << what;
          EXPECT_TRUE(how != loss::removed || view.members.size() == nodes - dead.size()) << what;
          EXPECT_TRUE(how != loss::for_a_moment || steps == 0) << what;
        }
}

TEST(autopilot, reaches_the_wanted_number_from_one_and_rests) {
  for (std::uint32_t wanted : {1U, 3U, 5U}) {
    group_view view{1, 5'000, {voter(1)}, {1, 2, 3, 4, 5, 6}};
    int steps = 0;
    for (auto change = next_change(view, {.voters = wanted}); !change.empty();
         change = next_change(view, {.voters = wanted})) {
      ASSERT_LT(++steps, 20);
      for (auto& s : change) {
        std::erase_if(view.members, [&](auto& m) { return m.id == s.id; });
        if (s.what != remove) view.members.push_back(s.what == add_voter ? voter(s.id) : learner(s.id));
      }
    }
    EXPECT_EQ(std::count_if(view.members.begin(), view.members.end(), [](auto& m) { return m.voter; }), wanted);
    EXPECT_EQ(view.members.size(), 6U);
  }
}

} // namespace
} // namespace troupe::policies::cluster
