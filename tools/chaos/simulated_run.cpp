#include "tools/chaos/simulated_run.hpp"
#include <chrono>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace troupe::tools::chaos {

using std::chrono::milliseconds;
namespace chaos = policies::chaos;
namespace simulation = actors::simulation;

/// Members tell their state ten times a second; what is at rest has told it by then.
constexpr std::uint64_t settle_ms = 500;
constexpr std::uint64_t late_ms = 30'000;

simulated_run::simulated_run(const chaos::scenario& what, std::uint64_t seed, simulation::mutation wrong)
    : scenario_(what), chance_(seed * 31 + 7),
      world_({.seed = seed, .shape = {what.cluster.control_plane, what.cluster.workers}, .wrong = wrong}) {
  report_.seed = seed;
  // A request that nobody waits for any more may still be carried out.
  if (scenario_.random.every_ms > 0 || !scenario_.schedule.empty()) surges_.late(late_ms);
  world_.each_step([this] { step(); });
}

simulated_run::~simulated_run() { working_ = false; }

std::uint64_t simulated_run::now_ms() const {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<milliseconds>(world_.now()).count());
}

void simulated_run::violated(const std::string& what) {
  if (report_.violation.empty()) report_.violation = fmt::format("at {} ms: {}", now_ms(), what);
}

void simulated_run::step() {
  attend();
  while (!plan_.empty() && plan_.begin()->at_ms <= now_ms()) {
    auto next = plan_.extract(plan_.begin()).value();
    next.what();
  }
  if (working_) work();
  if (now_ms() % 1'000 == 0 && spdlog::should_log(spdlog::level::debug)) {
    spdlog::debug("chaos: time ms={} waiting=\"{}\"", now_ms(), waiting());
  }
}

/// Gives every process of the control plane that has none its observer.
void simulated_run::attend() {
  for (std::uint64_t id = 1; id <= scenario_.cluster.control_plane; ++id) {
    auto* h = world_.at(id);
    if (!h || attended_[id] == world_.life(id)) continue;
    attended_[id] = world_.life(id);
    auto listener = std::make_shared<simulation::observer_listener>();
    listener->changed = [this, id](const actors::store::event_batch& b) { told(id, b); };
    listener->status = [this](const actors::store::store_status& s) { leads(s); };
    listener->violated = [this, id](const std::string& what) {
      hold("watches", fmt::format("member {}: {}", id, what));
    };
    simulation::observe(*h, std::max<std::int64_t>(history_.told_by(id), 1) + 1, std::move(listener));
  }
}

void simulated_run::summarize() {
  report_.trace = world_.trace();
  report_.messages = world_.deliveries();
  report_.virtual_ms = now_ms();
  report_.pods_bound = bindings_.bound();
  report_.terms = leaders_.terms();
  report_.revisions = history_.all().empty() ? 0 : static_cast<std::uint64_t>(history_.all().back().at);
  report_.connections = world_.wires().counted().connections;
}

report simulated_run::run() {
  auto real = std::chrono::steady_clock::now();
  auto go_on = [this](const std::function<bool()>& until, std::uint64_t limit_ms) {
    return world_.pass_until([&] { return !report_.violation.empty() || until(); }, milliseconds(limit_ms));
  };
  if (!go_on([this] { return waiting().empty(); }, scenario_.ready_ms))
    violated("the cluster does not get ready: " + waiting());
  begin_ms_ = report_.begin_ms = last_write_ms_ = now_ms();
  prepare_workload();
  prepare_side_load();
  for (auto& f : chaos::plan_faults(scenario_, report_.seed)) {
    report_.timeline.push_back(chaos::describe(f, scenario_.cluster));
    report_.faults.push_back({begin_ms_ + f.at_ms, begin_ms_ + f.at_ms + f.for_ms, report_.timeline.back()});
    at(begin_ms_ + f.at_ms, [this, f] { begin(f); });
    at(begin_ms_ + f.at_ms + f.for_ms, [this, f] { end(f); });
  }
  go_on([this] { return now_ms() >= begin_ms_ + scenario_.run_ms; }, scenario_.run_ms + 1'000);
  heal();
  report_.end_ms = now_ms();
  working_ = false;
  sweep();
  if (!go_on([this] { return waiting().empty(); }, scenario_.converge_ms))
    hold("convergence", "after the last fault the cluster does not come to rest: " + waiting());
  go_on([] { return false; }, settle_ms);
  if (report_.violation.empty()) verify();
  if (!world_.stuck().empty()) violated(world_.stuck());
  summarize();
  report_.real_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - real).count();
  return report_;
}

} // namespace troupe::tools::chaos
