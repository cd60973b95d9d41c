#include "tools/bench/hollow_bench.hpp"
#include "tools/bench/bench_namespace.hpp"
#include "tools/bench/closed_loop.hpp"
#include "tools/bench/event_feed.hpp"
#include "tools/bench/interrupt.hpp"
#include "tools/bench/machine.hpp"
#include "tools/bench/own_cluster.hpp"
#include "tools/bench/procfs.hpp"
#include "tools/bench/progress.hpp"
#include <algorithm>
#include <atomic>
#include <fmt/format.h>
#include <set>
#include <thread>

namespace troupe::tools::bench {

namespace {

using clock = std::chrono::steady_clock;
using failure = tl::unexpected<std::string>;
using done = tl::expected<void, std::string>;

constexpr auto look = std::chrono::milliseconds(200);
constexpr std::string_view place = "bench";

bool is_ready(const api::json::object& node) {
  const auto* conditions = api::array_at(node, {"status", "conditions"});
  return conditions != nullptr && std::any_of(conditions->begin(), conditions->end(), [](const api::json::value& c) {
           return api::string_at(c, {"type"}) == "Ready" && api::string_at(c, {"status"}) == "True";
         });
}

double seconds_since(clock::time_point begin, clock::time_point end = clock::now()) {
  return std::chrono::duration<double>(end - begin).count();
}

class session {
public:
  session(const hollow_options& options, own_cluster& cluster, section& out)
      : options_(options), cluster_(cluster), out_(out),
        limit_(clock::now() + std::chrono::milliseconds(static_cast<std::int64_t>(options.timeout_s * 1000))) {}

  done run() {
    const auto ready = cluster_.start();
    if (!ready) return failure(ready.error());
    add("ready_seconds", "API ready", std::chrono::duration<double>(*ready).count(), "s");
    auto api = cluster_.connect();
    if (!api) return failure(api.error());
    api_ = std::move(*api);
    if (auto ok = await_nodes(); !ok) return ok;
    auto where = bench_namespace::open(*api_, std::string(place));
    if (!where) return failure(where.error());
    if (auto ok = fill(); !ok) return ok;
    report_process();
    return {};
  }

private:
  void add(std::string key, std::string label, double value, std::string unit, int digits = 2) {
    out_.figures.push_back({std::move(key), std::move(label), value, std::move(unit), digits});
  }

  done await_nodes() {
    event_feed feed(*api_, "/api/v1/nodes");
    std::set<std::string, std::less<>> ready;
    while (ready.size() < options_.nodes) {
      if (auto ok = go_on(fmt::format("{} of {} nodes ready", ready.size(), options_.nodes)); !ok) return ok;
      const auto event = feed.next(clock::now() + look);
      if (!event || !is_ready(event->object)) continue;
      ready.emplace(api::string_at(event->object, {"metadata", "name"}));
    }
    add("nodes_ready_seconds", "nodes ready", seconds_since(cluster_.started()), "s");
    return {};
  }

  done fill() {
    // Pods that are not running yet are none of our business: the watch stays small.
    event_feed feed(*api_, collection("pods", std::string(place)) + "?fieldSelector=status.phase%3DRunning");
    const auto begin = clock::now();
    loop_result created;
    std::atomic<bool> all_sent{false};
    // The pods come while the requests are still under way.
    std::thread sender([&] {
      created = create();
      all_sent = true;
    });
    auto counted = count(feed, begin, all_sent, created);
    sender.join();
    if (counted) {
      const auto seconds = std::chrono::duration<double>(created.wall).count();
      add("create_seconds", options_.bare ? "pods created" : "deployments created", seconds, "s");
      for (const auto& [code, number] : created.statuses)
        if (code >= 300) out_.errors.emplace_back(std::to_string(code), number);
    }
    return counted;
  }

  loop_result create() const {
    const auto to = dialer::make(api_->to(), protocols_of(wire::h1));
    loop_result failed;
    if (!to) {
      failed.fatal = to.error();
      return failed;
    }
    const auto run = new_run_name();
    const auto objects = options_.bare ? options_.pods : std::min(options_.deployments, options_.pods);
    const auto name = fmt::format("app-{}", numbered_text::place);
    const auto path = api_->to().path + collection(options_.bare ? "pods" : "apps/deployments", std::string(place));
    const request_pattern what({api_->to().authority(), api_->to().token}, "POST", path,
                               options_.bare ? bare_pod(name, run, options_.image, 0)
                                             : deployment(name, run, options_.image, options_.pods / objects));
    loop_options plan;
    plan.shares = spread(std::min(options_.clients, objects), 1, wire::h1, 0, 1);
    plan.limit.count = objects;
    return run_closed_loop(*to, what, plan, {});
  }

  done count(event_feed& feed, clock::time_point begin, const std::atomic<bool>& all_sent, const loop_result& created) {
    const auto wanted = options_.bare ? options_.pods
                                      : options_.pods / std::min(options_.deployments, options_.pods) *
                                            std::min(options_.deployments, options_.pods);
    std::set<std::string, std::less<>> running;
    histogram times;
    while (running.size() < wanted) {
      if (auto ok =
              go_on(fmt::format("{} of {} pods running after {:.1f} s", running.size(), wanted, seconds_since(begin)));
          !ok)
        return ok;
      if (all_sent && !created.fatal.empty()) return failure(created.fatal);
      if (all_sent && created.latencies.count() != created.issued)
        return failure("objects could not be created: " + created.first_error);
      const auto event = feed.next(clock::now() + look);
      if (!event || event->type == "DELETED") continue;
      if (running.emplace(api::string_at(event->object, {"metadata", "name"})).second)
        times.record(static_cast<std::uint64_t>((event->at - begin).count()));
    }
    const auto seconds = [](std::uint64_t nanoseconds) { return static_cast<double>(nanoseconds) / 1e9; };
    add("pods", "pods running", static_cast<double>(running.size()), "", 0);
    add("first_pod_seconds", "first pod running", seconds(times.min()), "s");
    add("half_running_seconds", "half of them", seconds(times.at(0.5)), "s");
    add("all_running_seconds", "all of them", seconds(times.max()), "s");
    add("pods_per_second", "rate", static_cast<double>(running.size()) / seconds(times.max()), "/s", 0);
    return {};
  }

  void report_process() {
    const auto p = read_process(cluster_.pid());
    if (!p) return;
    add("rss_mib", "RSS at the end", static_cast<double>(p->rss_kib) / 1024, "MiB", 1);
    add("peak_rss_mib", "RSS peak", static_cast<double>(p->peak_rss_kib) / 1024, "MiB", 1);
    add("cpu_seconds", "CPU time", p->cpu_seconds, "s");
  }

  done go_on(const std::string& what) {
    progress_.say(what);
    if (interrupted()) return failure("interrupted");
    if (clock::now() > limit_) return failure("out of time: " + what);
    return {};
  }

  const hollow_options& options_;
  own_cluster& cluster_;
  section& out_;
  clock::time_point limit_;
  std::unique_ptr<api_client> api_;
  progress progress_;
};

} // namespace

int run_hollow(const hollow_options& options) {
  const auto form = parse_format(options.output);
  if (!form) return complain("unknown output");
  catch_signals();
  auto out = open_report();
  auto cluster = own_cluster::prepare({options.data_root, "hollow", options.nodes});
  if (!cluster) return complain(cluster.error());
  section figures;
  figures.name = "hollow";
  figures.about =
      options.bare
          ? fmt::format("{} nodes, {} pods created by {} clients", options.nodes, options.pods, options.clients)
          : fmt::format("{} nodes, {} pods of {} deployments", options.nodes, options.pods, options.deployments);
  const auto ok = session(options, **cluster, figures).run();
  if (!figures.figures.empty()) {
    out.sections.push_back(std::move(figures));
    fmt::print("{}", render(out, *form));
  }
  return ok ? 0 : complain(ok.error());
}

} // namespace troupe::tools::bench
