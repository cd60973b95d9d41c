#include "policies/scheduling/algorithm.hpp"
#include "policies/scheduling/scheduling_queue.hpp"
#include <benchmark/benchmark.h>
#include <fmt/format.h>

namespace troupe::policies::scheduling {
namespace {

api::object_ptr node_object(int i) {
  auto list = R"({"cpu":"32","memory":"256Gi","pods":"110","ephemeral-storage":"100Gi"})";
  return api::object::make({{"apiVersion", "v1"},
                            {"kind", "Node"},
                            {"metadata",
                             {{"name", fmt::format("node-{}", i)},
                              {"labels", {{"topology.kubernetes.io/zone", fmt::format("z{}", i % 3)}}}}},
                            {"spec", api::json::object{}},
                            {"status", {{"allocatable", api::json::parse(list)}}}});
}

api::object_ptr pod_object(int i) {
  return api::object::make(
      {{"apiVersion", "v1"},
       {"kind", "Pod"},
       {"metadata", {{"name", fmt::format("pod-{}", i)}, {"namespace", "default"}, {"uid", fmt::format("u{}", i)}}},
       {"spec",
        api::json::parse(R"({"containers":[{"image":"app:1","resources":{"requests":{"cpu":"100m","memory":"64Mi"}}}],
       "tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute"},
                      {"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute"}]})")}});
}

cluster cluster_of(int nodes) {
  cluster all;
  for (int i = 0; i < nodes; ++i)
    all.put_node(node_object(i));
  return all;
}

/// Queue, decide and assume `range(1)` pods over `range(0)` nodes; the counter is the time of one pod.
void place_pods(benchmark::State& state) {
  std::vector<api::object_ptr> objects;
  for (int i = 0; i < state.range(1); ++i)
    objects.push_back(pod_object(i));
  for (auto _ : state) {
    state.PauseTiming();
    auto all = cluster_of(static_cast<int>(state.range(0)));
    algorithm how(default_plugins());
    scheduling_queue queue;
    std::mt19937_64 chance(1);
    queueing::instant now{};
    state.ResumeTiming();
    for (auto& object : objects)
      queue.put(make_pod_info(object), now);
    while (auto pod = queue.take(now)) {
      auto chosen = how.place(*pod, all, chance);
      if (!chosen) return state.SkipWithError("a pod does not fit");
      all.put_pod(pod->bound_to(chosen->node));
      queue.erase(pod->key);
    }
  }
  state.counters["per_pod"] = benchmark::Counter(static_cast<double>(state.iterations() * state.range(1)),
                                                 benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(place_pods)->Args({1000, 1000})->Args({1000, 10000})->Args({10, 1000})->Unit(benchmark::kMillisecond);

/// Rejects one pod everywhere, with the text that users read.
void refuse_pod(benchmark::State& state) {
  auto all = cluster_of(static_cast<int>(state.range(0)));
  algorithm how(default_plugins());
  std::mt19937_64 chance(1);
  auto pod = make_pod_info(api::object::make({{"apiVersion", "v1"},
                                              {"kind", "Pod"},
                                              {"metadata", {{"name", "big"}, {"namespace", "default"}}},
                                              {"spec", api::json::parse(R"({"containers":[{"resources":{"requests":{)"
                                                                        R"("cpu":"1000"}}}]})")}}));
  for (auto _ : state) {
    auto chosen = how.place(*pod, all, chance);
    benchmark::DoNotOptimize(chosen.error().text());
  }
}
BENCHMARK(refuse_pod)->Arg(1000)->Unit(benchmark::kMicrosecond);

} // namespace
} // namespace troupe::policies::scheduling
