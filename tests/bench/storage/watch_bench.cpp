#include "actors/store/store.hpp"
#include "actors/store/watches.hpp"
#include <benchmark/benchmark.h>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <malloc.h>

/// The watch table alone: what a watch weighs, and what a commit costs with so many of them.
namespace troupe::actors::store {
namespace {

struct sink_state {
  static inline const char* name = "sink";
};

struct world {
  caf::actor_system_config cfg;
  caf::actor_system system{cfg};
  std::vector<subscriber_actor> subscribers;
  std::shared_ptr<shard_files> files;
  std::uint64_t sent = 0;

  explicit world(int count) {
    auto opened = open_shard(store_config{});
    if (!opened) throw std::runtime_error(opened.error().text());
    files = *opened;
    for (int i = 0; i < count; ++i)
      subscribers.emplace_back(system.spawn([](stateful<sink_state, subscriber_actor::base>*) {
        return subscriber_actor::behavior_type{[](event_atom, const shared<event_batch>&) {}};
      }));
  }
  ~world() {
    for (auto& s : subscribers) caf::anon_send_exit(s, caf::exit_reason::kill);
  }
  watch_table table() {
    return watch_table({[this](const subscriber_actor&, event_batch) { ++sent; }, [](const subscriber_actor&) {},
                        [](const caf::actor_addr&) {}},
                       {.watches_max = 1 << 20, .lag_max = 1 << 20, .page_events_max = 512});
  }
};

std::string key_of(std::uint64_t i) { return "/registry/pods/default/pod-" + std::to_string(100'000 + i); }

/// 30 bytes of key, a hundred streams. `range(0)` watches, each of one key or, with `range(1)`, of one prefix.
void open_all(world& w, watch_table& table, benchmark::State& s) {
  auto count = static_cast<std::uint64_t>(s.range(0));
  for (std::uint64_t i = 0; i < count; ++i) {
    watch_request r{.id = i + 1, .keys = {key_of(i), {}}, .credit = 2};
    if (s.range(1) != 0) r.keys = mvcc::key_range::prefix(r.keys.key);
    if (auto e = table.open(r, w.subscribers[i % w.subscribers.size()], *w.files->state)) s.SkipWithError("open");
  }
}

double allocated() {
  auto now = mallinfo2();
  return static_cast<double>(now.uordblks + now.hblkhd);
}

void memory_of_watches(benchmark::State& s) {
  world w(100);
  for (auto _ : s) {
    auto table = w.table();
    auto before = allocated();
    open_all(w, table, s);
    s.counters["bytes_per_watch"] = (allocated() - before) / static_cast<double>(table.size());
  }
}
BENCHMARK(memory_of_watches)->Args({100'000, 0})->Args({100'000, 1})->Iterations(1)->Unit(benchmark::kMillisecond);

void publish_with_watches(benchmark::State& s) {
  world w(100);
  auto table = w.table();
  open_all(w, table, s);
  auto kv = std::make_shared<mvcc::key_value>();
  auto watched = static_cast<std::uint64_t>(s.range(0)) / 2;
  kv->key = key_of(watched);
  mvcc::event e{mvcc::event_type::put, kv, nullptr};
  mvcc::revision at = 1;
  auto owner = caf::actor_cast<caf::strong_actor_ptr>(w.subscribers[watched % w.subscribers.size()]);
  for (auto _ : s) {
    kv->mod_revision = ++at;
    table.publish({&e, 1}, at);
    table.credit(owner, watched + 1, 1, at);
  }
  if (w.sent != static_cast<std::uint64_t>(s.iterations())) s.SkipWithError("an event was lost");
}
BENCHMARK(publish_with_watches)->Args({1, 0})->Args({100'000, 0})->Args({100'000, 1});

} // namespace
} // namespace troupe::actors::store
