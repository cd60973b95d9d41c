#include "actors/base/probe.hpp"
#include "tools/chaos/scenario_file.hpp"
#include "tools/chaos/simulated_run.hpp"
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

namespace troupe::tools::chaos {
namespace {

std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

std::vector<std::string> shipped() {
  std::vector<std::string> out;
  for (auto& f : std::filesystem::directory_iterator(TROUPE_SCENARIOS)) out.push_back(f.path().stem().string());
  std::sort(out.begin(), out.end());
  return out;
}

policies::chaos::scenario load(const std::string& name) {
  auto s = load_scenario(std::string(TROUPE_SCENARIOS) + "/" + name + ".yaml");
  EXPECT_TRUE(s) << s.error();
  return s ? *s : policies::chaos::scenario{};
}

struct quiet {
  quiet() { spdlog::set_level(std::getenv("TROUPE_LOG") ? spdlog::level::trace : spdlog::level::off); }
  ~quiet() { spdlog::set_level(spdlog::level::info); }
};

class shipped_scenario : public testing::TestWithParam<std::string> {};

/// Of each scenario; together more than 200.
constexpr std::uint64_t usual_seeds = 11, usual_run_ms = 20'000;

/// TROUPE_SEED=n replays one seed, TROUPE_SEEDS=n sets how many are tried, both in full length; TROUPE_LOG shows what
/// components log.
TEST_P(shipped_scenario, holds) {
  quiet q;
  auto what = load(GetParam());
  auto first = number_from_environment("TROUPE_SEED", 1);
  const bool one = std::getenv("TROUPE_SEED"), many = std::getenv("TROUPE_SEEDS");
  auto seeds = number_from_environment("TROUPE_SEEDS", one ? 1 : usual_seeds);
  if (!one && !many) what.run_ms = std::min(what.run_ms, usual_run_ms);
  for (auto seed = first; seed < first + seeds; ++seed) {
    auto r = simulated_run(what, seed).run();
    EXPECT_EQ(r.violation, "") << text_of(r, GetParam()) << "troupe chaos run tools/chaos/scenarios/" << GetParam()
                               << ".yaml --seed " << seed << " --time " << what.run_ms << "ms";
    // A simulation in which nothing happens proves nothing.
    EXPECT_GT(r.revisions, 50u);
    if (what.load.registers.clients > 0) {
      EXPECT_GT(r.acknowledged, 10u);
    }
  }
  for (auto& row : actors::probe_table::instance().rows()) ADD_FAILURE() << "alive: " << row.name << " " << row.id;
}

TEST(shipped_scenarios, are_more_than_fifteen_and_say_what_they_are_for) {
  EXPECT_GE(shipped().size(), 15u);
  EXPECT_GE(shipped().size() * usual_seeds, 200u);
  for (auto& name : shipped()) {
    auto s = load(name);
    EXPECT_EQ(s.name, name);
    EXPECT_GT(s.description.size(), 15u) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(all, shipped_scenario, testing::ValuesIn(shipped()), [](auto& x) {
  auto name = x.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(simulated_run, a_seed_is_the_same_story_each_time) {
  quiet q;
  auto what = load("mixed");
  what.run_ms = 15'000;
  auto seeds = number_from_environment("TROUPE_TWICE", 3);
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    auto first = simulated_run(what, seed).run(), second = simulated_run(what, seed).run();
    EXPECT_EQ(first.trace, second.trace) << "seed " << seed;
    EXPECT_EQ(first.messages, second.messages) << "seed " << seed;
    EXPECT_EQ(first.violation, second.violation) << "seed " << seed;
  }
}

} // namespace
} // namespace troupe::tools::chaos
