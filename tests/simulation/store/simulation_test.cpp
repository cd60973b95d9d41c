#include "tests/simulation/store/group.hpp"
#include <array>
#include <cstdlib>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

namespace troupe::tests::simulation {
namespace {

std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

class store_simulation : public testing::Test {
protected:
  /// Elections by the hundred are what is wanted here, and no news.
  store_simulation() {
    spdlog::set_level(number_from_environment("TROUPE_SEED", 0) ? spdlog::level::info : spdlog::level::off);
  }
  ~store_simulation() override { spdlog::set_level(spdlog::level::info); }
};

/// TROUPE_SEED=n replays one seed and shows the elections; TROUPE_SEEDS=n sets how many are tried.
TEST_F(store_simulation, keeps_all_promises_whatever_breaks) {
  const auto settings_of = [](std::uint64_t seed) {
    return settings{.seed = seed, .members = seed % 5 == 0 ? std::size_t{5} : std::size_t{3},
                    .passes_on = seed % 2 == 0, .short_log = seed % 3 == 0};
  };
  if (const auto seed = number_from_environment("TROUPE_SEED", 0)) {
    EXPECT_EQ(group(settings_of(seed)).run().violation, "");
    return;
  }
  tally all;
  const auto seeds = number_from_environment("TROUPE_SEEDS", 50);
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const auto report = group(settings_of(seed)).run();
    ASSERT_EQ(report.violation, "") << "replay with TROUPE_SEED=" << seed;
    all.add(report.counts);
  }
  fmt::print("{} seeds: {} events, {} acknowledged writes, {} reads, {} failed compares, {} refused, {} unknown, "
             "{} crashes, {} pauses, {} partitions, {} messages lost\n",
             seeds, all.events, all.acknowledged, all.reads, all.failed_compares, all.refused, all.unknown,
             all.crashes, all.pauses, all.partitions, all.lost_messages);
  // A simulation in which nothing happens proves nothing.
  EXPECT_GT(all.acknowledged, 50 * seeds);
  EXPECT_GT(all.reads, 50 * seeds);
  for (const auto count :
       {all.failed_compares, all.unknown, all.crashes, all.pauses, all.partitions, all.lost_messages})
    EXPECT_GT(count, seeds);
}

TEST_F(store_simulation, a_leader_that_slept_answers_nothing_old) {
  tally all;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const auto report = group({.seed = seed, .suspend_leaders = true}).run();
    EXPECT_EQ(report.violation, "") << "seed " << seed;
    all.add(report.counts);
  }
  EXPECT_GE(all.pauses, 15u);
}

TEST_F(store_simulation, gives_the_same_trace_for_the_same_seed) {
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    const settings how{.seed = seed, .passes_on = true};
    const auto first = group(how).run(), second = group(how).run();
    EXPECT_EQ(first.trace, second.trace);
    EXPECT_EQ(first.counts.events, second.counts.events);
    EXPECT_NE(first.trace, group({.seed = seed + 100}).run().trace);
  }
}

class store_simulation_notices : public store_simulation, public testing::WithParamInterface<fault_of_ours> {};

TEST_P(store_simulation_notices, what_is_wrong) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed)
    if (!group({.seed = seed, .broken = GetParam()}).run().violation.empty()) return;
  FAIL() << "no seed shows it";
}

std::string name_of(const testing::TestParamInfo<fault_of_ours>& test) {
  constexpr std::array names{"none", "stale_reads", "forgets_writes", "says_done"};
  return names[static_cast<std::size_t>(test.param)];
}

INSTANTIATE_TEST_SUITE_P(, store_simulation_notices,
                         testing::Values(fault_of_ours::stale_reads, fault_of_ours::forgets_writes,
                                         fault_of_ours::says_done),
                         name_of);

} // namespace
} // namespace troupe::tests::simulation
