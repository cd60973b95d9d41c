#include "tools/chaos/live/faults.hpp"
#include <gmock/gmock.h>

namespace troupe::tools::chaos::live {
namespace {

using policies::chaos::fault;
using policies::chaos::fault_kind;
using ::testing::HasSubstr;
using ::testing::Not;

struct rules_case {
  std::string name;
  std::vector<fault> active;
  std::string lost; ///< pairs of ports, as nftables has them
};

TEST(live_rules, drop_the_frames_of_all_faults_that_are_under_way) {
  const rules_case cases[] = {
    {.name = "a cut goes both ways",
     .active = {{.what = fault_kind::cut, .node = 1, .other = 3}},
     .lost = R"({ "p1" . "p3", "p3" . "p1" } drop)"},
    {.name = "one way is one",
     .active = {{.what = fault_kind::one_way, .node = 2, .other = 1}},
     .lost = R"({ "p2" . "p1" } drop)"},
    {.name = "an isolated host loses all others",
     .active = {{.what = fault_kind::isolate, .node = 2}},
     .lost = R"({ "p1" . "p2", "p2" . "p1", "p2" . "p3", "p3" . "p2" } drop)"},
    {.name = "a side keeps to itself",
     .active = {{.what = fault_kind::split, .node = 1, .side = {1, 2}}},
     .lost = R"({ "p1" . "p3", "p2" . "p3", "p3" . "p1", "p3" . "p2" } drop)"},
    {.name = "two faults lose the same way once",
     .active = {{.what = fault_kind::cut, .node = 1, .other = 3}, {.what = fault_kind::one_way, .node = 1, .other = 3}},
     .lost = R"({ "p1" . "p3", "p3" . "p1" } drop)"},
  };
  for (auto& c : cases) {
    SCOPED_TRACE(c.name);
    auto rules = rules_of(c.active, 3);
    EXPECT_THAT(rules, HasSubstr(c.lost));
    EXPECT_THAT(rules, HasSubstr("delete table bridge faults"));
  }
}

TEST(live_rules, are_gone_with_the_last_fault) { EXPECT_THAT(rules_of({}, 3), Not(HasSubstr("drop"))); }

struct possible_case {
  fault_kind what;
  bool kills = false, pauses = false, fills = false, cuts = false;
  std::size_t begin = 0, end = 0; ///< commands
};

TEST(live_faults, have_their_healing) {
  const possible_case cases[] = {
    {.what = fault_kind::crash, .kills = true},
    {.what = fault_kind::power, .kills = true, .begin = 1, .end = 1},
    {.what = fault_kind::pause, .pauses = true},
    {.what = fault_kind::cut, .cuts = true},
    {.what = fault_kind::one_way, .cuts = true},
    {.what = fault_kind::isolate, .cuts = true},
    {.what = fault_kind::split, .cuts = true},
    {.what = fault_kind::slow, .begin = 3, .end = 3},
    {.what = fault_kind::reset, .begin = 1, .end = 1},
    {.what = fault_kind::full_disk, .fills = true},
  };
  for (auto& c : cases) {
    SCOPED_TRACE(text(c.what));
    auto m = measures_of({.what = c.what, .node = 2, .other = 1, .amount_ms = 30}, "abc", 3, {.netem = true});
    ASSERT_TRUE(m.has_value());
    EXPECT_EQ(std::tuple(m->kills, m->pauses, m->fills_disk, m->cuts), std::tuple(c.kills, c.pauses, c.fills, c.cuts));
    EXPECT_EQ(m->begin.size(), c.begin);
    EXPECT_EQ(m->end.size(), c.end);
  }
}

TEST(live_faults, power_goes_with_the_wire_before_the_process) {
  auto m = measures_of({.what = fault_kind::power, .node = 2}, "abc", 3, {});
  EXPECT_EQ(m->begin.front(), (words{"ip", "-n", "troupe-chaos-abc-bridge", "link", "set", "p2", "down"}));
  EXPECT_EQ(m->end.front().back(), "up");
}

TEST(live_faults, say_why_they_are_not_possible) {
  for (auto what : {fault_kind::skew, fault_kind::slow_disk, fault_kind::failing_sync, fault_kind::bit_rot,
                    fault_kind::slow_actor, fault_kind::slow}) {
    auto m = measures_of({.what = what, .node = 1}, "abc", 3, {});
    ASSERT_FALSE(m.has_value()) << text(what);
    EXPECT_FALSE(m.error().empty());
  }
}

} // namespace
} // namespace troupe::tools::chaos::live
