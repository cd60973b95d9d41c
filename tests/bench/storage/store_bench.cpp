#include "actors/base/environment.hpp"
#include "actors/store/store.hpp"
#include <benchmark/benchmark.h>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <filesystem>
#include <sys/resource.h>
#include <unistd.h>

/// The whole shard on a real disk: durable creates with a number of them in flight, and reads.
namespace troupe::actors::store {
namespace {

using namespace std::chrono_literals;

struct config : caf::actor_system_config {
  config() {
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", 2).set("scheduler.max-throughput", 300);
  }
};

struct cluster {
  config cfg;
  caf::actor_system system{cfg};
  std::string path = (std::filesystem::temp_directory_path() / ("troupe-bench-" + std::to_string(::getpid()))).string();
  shard_actor shard;
  cluster() {
    std::filesystem::remove_all(path);
    store_config c;
    c.path = path;
    auto files = open_shard(c);
    if (!files) throw std::runtime_error(files.error().text());
    shard = system.spawn(store, store_dependencies{environment::production(), *files, {}}, c);
  }
  ~cluster() {
    caf::anon_send_exit(shard, caf::exit_reason::user_shutdown);
    shard = nullptr;
    system.await_all_actors_done();
    std::filesystem::remove_all(path);
  }
};

struct client_state {
  static inline const char* name = "client";
  int next = 0, open = 0;
  caf::response_promise done;
};
using client_actor = caf::typed_actor<caf::replies_to<run_atom, int, int, int>::with<int>>; // first, count, in flight

client_actor::behavior_type client(stateful<client_state, client_actor::base>* self, store_actor to) {
  auto issue = std::make_shared<std::function<void(int)>>();
  *issue = [=](int end) {
    auto& s = self->state;
    auto next = [=](const shared<mvcc::txn_response>&) {
      if (--self->state.open == 0 && self->state.next == end) self->state.done.deliver(end);
      else if (self->state.next < end) (*issue)(end);
    };
    auto key = "/registry/configmaps/default/cm-" + std::to_string(s.next++);
    ++s.open;
    mvcc::txn_request txn{.compares = {{.keys = {key, {}}}},
                          .success = {mvcc::put_request{.key = key, .value = mvcc::make_bytes(std::string(700, 'x'))}}};
    self->request(to, 10s, write_atom::value, share(std::move(txn))).then(next, [](caf::error&) { std::abort(); });
  };
  return {[=](run_atom, int first, int count, int in_flight) -> caf::result<int> {
    auto promise = self->make_response_promise<int>();
    self->state.done = promise;
    self->state.next = first;
    for (int i = 0; i < in_flight; ++i) (*issue)(first + count);
    return promise;
  }};
}

double cpu_seconds() {
  rusage u{};
  ::getrusage(RUSAGE_SELF, &u);
  auto of = [](timeval t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6; };
  return of(u.ru_utime) + of(u.ru_stime);
}

void durable_creates(benchmark::State& s) {
  cluster c;
  auto driver = c.system.spawn(client, store_actor(c.shard));
  caf::scoped_actor self(c.system);
  auto in_flight = static_cast<int>(s.range(0));
  int batch = std::max(200, in_flight * 40), first = 0;
  auto cpu = cpu_seconds();
  for (auto _ : s) {
    self->request(driver, 60s, run_atom::value, first, batch, in_flight)
      .receive([](int) {}, [&](caf::error&) { s.SkipWithError("write"); });
    first += batch;
  }
  s.SetItemsProcessed(s.iterations() * batch);
  s.counters["cpu_us_per_put"] = (cpu_seconds() - cpu) * 1e6 / first;
  caf::anon_send_exit(driver, caf::exit_reason::user_shutdown);
}
BENCHMARK(durable_creates)->Arg(1)->Arg(64)->Arg(512)->UseRealTime()->Unit(benchmark::kMillisecond);

void read_index(benchmark::State& s) {
  cluster c;
  caf::scoped_actor self(c.system);
  for (auto _ : s)
    self->request(store_actor(c.shard), 10s, read_atom::value)
      .receive([](mvcc::revision) {}, [&](caf::error&) { s.SkipWithError("read"); });
}
BENCHMARK(read_index)->UseRealTime()->Unit(benchmark::kMicrosecond);

} // namespace
} // namespace troupe::actors::store
