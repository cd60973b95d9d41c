#include "policies/mutations/mutations.hpp"
#include "tools/chaos/simulated_run.hpp"
#include <cstdlib>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

namespace troupe::tools::chaos {
namespace {

using actors::simulation::mutation;
using policies::chaos::fault_kind;
using policies::mutations::bug;

using weights = std::map<fault_kind, std::uint32_t>;

/// Many clients on few registers, on three control-plane nodes that fail in the given ways.
policies::chaos::scenario stormy(const weights& kinds, std::uint64_t every_ms = 2'000,
                                 std::uint64_t longest_ms = 3'000) {
  policies::chaos::scenario s;
  s.name = "stormy";
  s.cluster = {.control_plane = 3, .workers = 1};
  s.run_ms = 20'000;
  s.converge_ms = 30'000;
  s.load.registers = {.keys = 2, .clients = 6, .every_ms = 100};
  s.random.every_ms = every_ms;
  s.random.for_max_ms = longest_ms;
  s.random.weights = kinds;
  s.random.control_plane_percent = 100;
  return s;
}

/// What the first of these seeds that notices says about it, behind the seed; empty if none does.
std::string noticed(const policies::chaos::scenario& s, mutation wrong, std::uint64_t first, std::uint64_t seeds) {
  spdlog::set_level(spdlog::level::off);
  for (auto seed = first; seed < first + seeds; ++seed)
    if (auto r = simulated_run(s, seed, wrong).run(); !r.violation.empty())
      return "seed " + std::to_string(seed) + " " + r.violation;
  return {};
}

TEST(simulated_run, notices_disks_that_say_that_they_have_synced_and_have_not) {
  EXPECT_NE(noticed(stormy({{fault_kind::power, 1}}), mutation::skips_syncs, 1, 20), "");
}

/// Frames that do not fit break a connection, and what was lost with it is asked for again.
TEST(simulated_run, holds_where_nothing_is_wrong_and_where_connections_lose_or_swap_what_they_carry) {
  for (auto wrong : {mutation::none, mutation::loses_packets, mutation::swaps_packets})
    EXPECT_EQ(noticed(stormy({{fault_kind::power, 1}}), wrong, 1, 1), "") << static_cast<int>(wrong);
}

#ifdef TROUPE_MUTATIONS

struct known_bug {
  const char* name;
  bug which;
  policies::chaos::scenario where;
  std::uint64_t seed; ///< one that is known to notice
  const char* said;   ///< a part of what it says
};
void PrintTo(const known_bug& b, std::ostream* out) { *out << b.name; }

policies::chaos::scenario with(policies::chaos::scenario s,
                               const std::function<void(policies::chaos::scenario&)>& more) {
  more(s);
  return s;
}

policies::chaos::fault on(std::uint64_t at_ms, std::uint64_t for_ms, fault_kind what, std::uint64_t node = 1,
                          std::uint64_t other = 2, std::int64_t by_ms = 0, const char* actor = "") {
  policies::chaos::fault f;
  f.at_ms = at_ms, f.for_ms = for_ms, f.what = what, f.node = node, f.other = other, f.amount_ms = by_ms,
  f.actor = actor;
  return f;
}

std::vector<known_bug> known_bugs() {
  using policies::chaos::scenario;
  const weights power{{fault_kind::power, 1}}, crash{{fault_kind::crash, 1}};
  auto busy = [](scenario& s) { s.load.registers = {.keys = 2, .clients = 12, .every_ms = 30}; };
  return {
      {"unsynced_log", bug::unsynced_log, stormy(power), 1, ""},
      {"early_answer", bug::early_answer, with(stormy({{fault_kind::isolate, 1}, {fault_kind::slow, 1}}, 1'000), busy),
       1, ""},
      {"dropped_event", bug::dropped_event,
       with(stormy(crash),
            [&](scenario& s) {
              busy(s);
              s.random = {};
              for (std::uint64_t node : {1, 2, 3})
                s.schedule.push_back(on(2'000, 5'000, fault_kind::slow_actor, node, 0, 400, "observer"));
            }),
       1, "told revision"},
      {"stale_read", bug::stale_read, stormy({{fault_kind::pause, 1}}, 2'000, 6'000), 1, "a read"},
      {"forgotten_finalizer", bug::forgotten_finalizer,
       with(stormy(crash), [](scenario& s) { s.load.guards.every_ms = 3'000; }), 1, "finalizer"},
      {"double_binding", bug::double_binding,
       with(stormy({{fault_kind::reset, 3}, {fault_kind::isolate, 1}}, 700, 1'500),
            [](scenario& s) {
              s.cluster.workers = 3;
              s.load.rollouts = {.deployments = 3, .replicas = 6, .every_ms = 1'500};
              s.schedule.push_back(on(0, s.run_ms, fault_kind::slow, 1, 2, 200));
              for (std::uint64_t node : {1, 2, 3})
                s.schedule.push_back(on(0, s.run_ms, fault_kind::slow_actor, node, 0, 300, "mirror"));
            }),
       1, "was bound to"},
      {"lost_update", bug::lost_update,
       with(stormy(crash, 5'000), [](scenario& s) { s.load.registers = {.keys = 1, .clients = 12, .every_ms = 20}; }),
       1, "lost"},
      {"late_resume", bug::late_resume,
       with(stormy(crash), [](scenario& s) { s.load.watches = {.clients = 6, .every_ms = 1'000}; }), 1, ""},
      {"foreign_adoption", bug::foreign_adoption, with(stormy(crash), [](scenario& s) { s.load.strangers.pods = 2; }),
       1, "taken"},
      {"reused_snapshot", bug::reused_snapshot, stormy(crash), 1, ""},
      {"ignored_membership", bug::ignored_membership, with(stormy(power, 6'000, 12'000), busy), 1, "voters"},
  };
}

constexpr std::uint64_t usual_tries = 25;

class mutations : public testing::TestWithParam<known_bug> {
protected:
  ~mutations() override { policies::mutations::switched_on = bug::none; }
};

/// From the seed that is known to notice. Every change of the program changes what a seed means, so a few more may try;
/// TROUPE_SEEDS=n says how many.
TEST_P(mutations, are_found) {
  auto& b = GetParam();
  policies::mutations::switched_on = b.which;
  const char* many = std::getenv("TROUPE_SEEDS");
  auto said = noticed(b.where, mutation::none, b.seed, many ? std::strtoull(many, nullptr, 10) : usual_tries);
  EXPECT_NE(said, "") << b.name;
  EXPECT_NE(said.find(b.said), std::string::npos) << said;
  std::printf("%s: %s\n", b.name, said.c_str());
}

INSTANTIATE_TEST_SUITE_P(all, mutations, testing::ValuesIn(known_bugs()),
                         [](auto& x) { return std::string(x.param.name); });

#endif

} // namespace
} // namespace troupe::tools::chaos
