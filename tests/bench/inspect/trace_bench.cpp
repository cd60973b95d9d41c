#include "actors/base/atoms.hpp"
#include "actors/base/spawn.hpp"
#include "actors/base/trace.hpp"
#include <benchmark/benchmark.h>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>

/// Two actors that send a ball to and fro, and nothing else: what looking at messages costs, at its worst.
namespace troupe::actors {
namespace {

struct config : caf::actor_system_config {
  config() {
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", 1).set("scheduler.max-throughput", 300);
  }
};

struct player_state { static inline const char* name = "player"; };
caf::behavior player(stateful<player_state>* self) {
  return {[=](data_atom, std::uint64_t left, const caf::actor& other, const caf::actor& judge) {
    if (left == 0) self->send(judge, stop_atom::value);
    else self->send(other, data_atom::value, left - 1, caf::actor(self), judge);
  }};
}

/// The same without a probe.
struct bare_state { static inline const char* name = "bare"; };
caf::behavior bare(caf::stateful_actor<bare_state>* self) {
  return {[=](data_atom, std::uint64_t left, const caf::actor& other, const caf::actor& judge) {
    if (left == 0) self->send(judge, stop_atom::value);
    else self->send(other, data_atom::value, left - 1, caf::actor(self), judge);
  }};
}

template <class Player> void play(benchmark::State& state, caf::actor_system& system, Player how) {
  constexpr std::uint64_t rally = 100'000;
  auto one = system.spawn(how), two = system.spawn(how);
  caf::scoped_actor judge(system);
  for (auto _ : state) {
    judge->send(one, data_atom::value, rally, two, caf::actor(judge));
    judge->receive([](stop_atom) {});
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(rally) * state.iterations());
  caf::anon_send_exit(one, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(two, caf::exit_reason::user_shutdown);
}

void no_probe(benchmark::State& state) {
  config cfg;
  caf::actor_system system(cfg);
  play(state, system, bare);
}
BENCHMARK(no_probe)->UseRealTime();

void no_trace(benchmark::State& state) {
  config cfg;
  caf::actor_system system(cfg);
  play(state, system, player);
}
BENCHMARK(no_trace)->UseRealTime();

/// Argument: messages per second. What is found is never taken, so the ring is full all the time.
void traced(benchmark::State& state) {
  config cfg;
  caf::actor_system system(cfg);
  auto number = begin_trace(system, {}, static_cast<std::uint32_t>(state.range(0)));
  play(state, system, player);
  auto found = take_trace(*number);
  state.counters["dropped"] = static_cast<double>(found.dropped);
  state.counters["unseen"] = static_cast<double>(found.unseen);
  end_trace(*number);
}
BENCHMARK(traced)->Arg(1'000)->Arg(trace_rate_max)->UseRealTime();

} // namespace
} // namespace troupe::actors
