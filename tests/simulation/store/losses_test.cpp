#include "tests/simulation/store/group.hpp"
#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

namespace troupe::tests::simulation {
namespace {

struct loss_case {
  std::string name;
  leader_loss loss;
  std::size_t members;
  int losses;
  std::uint64_t p50_ms, worst_ms;
  bool disturbs; ///< writes that were under way may end without an answer
};

class leader_losses : public testing::Test {
protected:
  leader_losses() { spdlog::set_level(spdlog::level::off); }
  ~leader_losses() override { spdlog::set_level(spdlog::level::info); }
};

/// TROUPE_SEEDS=n sets how many runs there are. The times are virtual and the network takes a few milliseconds: they
/// say what elections cost, not what disks do.
TEST_F(leader_losses, stop_writes_for_a_short_time_only) {
  const loss_case cases[] = {
      {"process ends", leader_loss::crash, 3, 8, 150, 600, true},
      {"process ends, five members", leader_loss::crash, 5, 4, 200, 600, true},
      {"cut off", leader_loss::cut, 3, 5, 1'500, 2'000, true},
      {"cut off, five members", leader_loss::cut, 5, 3, 1'500, 2'000, true},
      {"hands over", leader_loss::transfer, 3, 8, 120, 250, false},
  };
  const char* wanted = std::getenv("TROUPE_SEEDS");
  const auto seeds = wanted ? std::strtoull(wanted, nullptr, 10) : 3;
  for (const auto& c : cases) {
    std::vector<std::uint64_t> gaps;
    std::uint64_t disturbed = 0;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      const auto report =
          group({.seed = seed, .members = c.members, .passes_on = true, .loss = c.loss, .losses = c.losses}).run();
      ASSERT_EQ(report.violation, "") << c.name << ", seed " << seed;
      gaps.insert(gaps.end(), report.gaps_ms.begin(), report.gaps_ms.end());
      disturbed += report.disturbed;
    }
    std::sort(gaps.begin(), gaps.end());
    const auto at = [&](std::size_t percent) { return gaps[std::min(gaps.size() - 1, gaps.size() * percent / 100)]; };
    fmt::print("{}: {} losses, p50 {} ms, p90 {} ms, p99 {} ms, worst {} ms, {} writes disturbed\n", c.name,
               gaps.size(), at(50), at(90), at(99), gaps.back(), disturbed);
    EXPECT_LE(at(50), c.p50_ms) << c.name;
    EXPECT_LE(gaps.back(), c.worst_ms) << c.name;
    if (!c.disturbs) {
      EXPECT_EQ(disturbed, 0u) << c.name;
    }
  }
}

} // namespace
} // namespace troupe::tests::simulation
