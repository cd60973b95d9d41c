#include "tools/chaos/live/live_run.hpp"
#include "net/http/loop.hpp"
#include "policies/chaos/faults.hpp"
#include "tools/bench/api_client.hpp"
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fmt/format.h>

namespace troupe::tools::chaos::live {

namespace chaos = policies::chaos;
using failure = tl::unexpected<std::string>;
using done = tl::expected<void, std::string>;
using std::chrono::milliseconds;

namespace {

constexpr std::uint64_t restart_ms = 5'000, look_every_ms = 500;
constexpr std::uint16_t api_port = 6443;
/// What no production code does on purpose, whatever its disk says.
constexpr int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};

} // namespace

live_run::live_run(const chaos::scenario& what, std::uint64_t seed) : scenario_(what), chance_(seed * 31 + 7) {
  report_.seed = seed;
  report_.live = true;
}

live_run::~live_run() {
  for (auto& w : watchers_)
    if (w->cancel) w->cancel();
  servers_.reset();
  if (loop_) loop_->stop();
}

std::uint64_t live_run::now_ms() const {
  return static_cast<std::uint64_t>(
    std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start_).count());
}

void live_run::violated(const std::string& what) {
  if (report_.violation.empty()) report_.violation = fmt::format("at {} ms: {}", now_ms(), what);
}

void live_run::hold(const std::string& name, const std::string& wrong) {
  if (!wrong.empty() && chaos::checks(scenario_, name)) violated(wrong);
}

void live_run::skip(const std::string& what) {
  if (std::find(report_.skipped.begin(), report_.skipped.end(), what) == report_.skipped.end())
    report_.skipped.push_back(what);
}

void live_run::step() {
  if (servers_) servers_->wait(milliseconds(5));
  while (!plan_.empty() && plan_.begin()->at_ms <= now_ms()) {
    auto next = plan_.extract(plan_.begin()).value();
    next.what();
  }
  supervise();
  attend();
  if (working_) work();
}

bool live_run::go_on(const std::function<bool()>& until, std::uint64_t limit_ms) {
  for (auto end = now_ms() + limit_ms; now_ms() < end && report_.violation.empty(); step())
    if (until()) return true;
  return false;
}

/// A process that ends by itself is started again, as a service manager does it.
void live_run::supervise() {
  for (auto node : begun_) {
    if (hosts_->running(node)) continue;
    if (hosts_->down(node)) {
      ended_ms_.erase(node);
      continue;
    }
    auto [at, fresh] = ended_ms_.try_emplace(node, now_ms());
    if (fresh && !hosts_->disk_is_full(node))
      for (int number : crashes)
        if (hosts_->ended(node) == 128 + number)
          violated(fmt::format("the process of {} crashed with signal {}: {}", hosts_->name(node), number,
                               hosts_->last_words(node)));
    // What a fault has killed is back as soon as that ends.
    if (hosts_->ended(node) != 128 + SIGKILL && now_ms() < at->second + restart_ms) continue;
    ended_ms_.erase(at);
    if (auto ok = hosts_->start(node, again(node)); !ok) violated(ok.error());
  }
}

words live_run::again(std::uint64_t node) const {
  return {node == 1 ? "up" : "node", "--data-dir", hosts_->data(node), "--runtime", "hollow", "--log-level", "warning"};
}

bool live_run::answers(std::size_t server) {
  auto code = std::make_shared<int>(-1);
  servers_->call(server, {.path = "/readyz", .limit = milliseconds(1'000)}, [code](const reply& r) { *code = r.code; });
  while (*code < 0)
    servers_->wait(milliseconds(20));
  return *code == 200;
}

done live_run::await(std::uint64_t node, const std::string& what, const std::function<bool()>& until) {
  for (auto end = now_ms() + scenario_.ready_ms; now_ms() < end;) {
    if (until()) return {};
    if (!hosts_->running(node)) break;
    servers_->wait(milliseconds(100));
  }
  return failure(fmt::format("{}: {} did not happen: {}", hosts_->name(node), what, hosts_->last_words(node)));
}

done live_run::add_server(std::uint64_t node) {
  bench::server_options from;
  from.kubeconfig = hosts_->data(1) + "/kubeconfig";
  auto to = bench::resolve(from);
  if (!to) return failure(to.error());
  to->host = address_of(node);
  to->port = api_port;
  return servers_->add(*to);
}

done live_run::start_cluster() {
  auto plan = chaos::plan_faults(scenario_, report_.seed);
  bool small = std::any_of(plan.begin(), plan.end(), [](auto& f) { return f.what == chaos::fault_kind::full_disk; });
  auto made = hosts::make(scenario_.cluster, small);
  if (!made) return failure(made.error());
  hosts_ = std::move(*made);
  hosts_->at_bridge([this] { loop_ = net::http::loop::start("chaos"); });
  servers_ = std::make_unique<api_servers>(loop_);
  if (auto ok = hosts_->start(1, again(1)); !ok) return ok;
  auto configured = [this] { return std::filesystem::exists(hosts_->data(1) + "/kubeconfig"); };
  if (auto ok = await(1, "its kubeconfig", configured); !ok) return ok;
  if (auto ok = add_server(1); !ok) return ok;
  if (auto ok = await(1, "the start of its API", [this] { return answers(0); }); !ok) return ok;
  for (std::uint64_t n = 2; n <= hosts_->size(); ++n) {
    const bool master = n <= scenario_.cluster.control_plane;
    const std::string roles = master ? "control-plane,worker" : "worker";
    auto token = hosts_->call(1, {"token", "create", "--data-dir", hosts_->data(1), "--roles", roles});
    if (!token) return failure(token.error());
    while (!token->empty() && std::isspace(static_cast<unsigned char>(token->back())))
      token->pop_back();
    auto arguments = again(n);
    arguments.insert(arguments.end(), {"--join", token->substr(token->find_last_of(" \n") + 1), "--roles", roles});
    if (auto ok = hosts_->start(n, arguments); !ok) return ok;
    if (!master) continue;
    if (auto ok = add_server(n); !ok) return ok;
    if (auto ok = await(n, "the start of its API", [this, n] { return answers(n - 1); }); !ok) return ok;
  }
  for (std::uint64_t n = 1; n <= hosts_->size(); ++n)
    begun_.insert(n);
  return {};
}

void live_run::plan_faults() {
  for (auto& f : chaos::plan_faults(scenario_, report_.seed)) {
    auto text = chaos::describe(f, scenario_.cluster);
    if (auto possible = measures_of(f, hosts_->id(), hosts_->size(), hosts_->can()); !possible) {
      skip(fmt::format("the fault {}: {}", chaos::text(f.what), possible.error()));
      continue;
    }
    auto from = report_.begin_ms + f.at_ms;
    report_.timeline.push_back(text);
    report_.faults.push_back({from, from + f.for_ms, text});
    at(from, [this, f, text] {
      if (auto ok = hosts_->begin(f, text); !ok) skip(fmt::format("{}: {}", text, ok.error()));
    });
    at(from + f.for_ms, [this, f, text] { hosts_->end(f, text); });
  }
}

void live_run::come_to_rest() {
  std::uint64_t next = 0;
  auto at_rest = [&] {
    if (looks_ == 0 && now_ms() >= next) {
      next = now_ms() + look_every_ms;
      if (look_failed_.empty() && waiting().empty()) return true;
      look();
    }
    return false;
  };
  look_failed_ = "nobody has looked";
  if (!go_on(at_rest, scenario_.converge_ms))
    hold("convergence", "after the last fault the cluster does not come to rest: " + waiting());
}

tl::expected<report, std::string> live_run::run() {
  if (auto ok = start_cluster(); !ok) return failure(ok.error());
  std::uint64_t next = 0;
  auto ready = [&] {
    if (looks_ > 0 || now_ms() < next) return false;
    next = now_ms() + look_every_ms;
    if (look_failed_.empty() && waiting().empty()) return true;
    look();
    return false;
  };
  if (!go_on(ready, scenario_.ready_ms)) return failure("the cluster does not get ready: " + waiting());
  watch_all();
  if (!go_on([this] { return all_watched(1); }, scenario_.ready_ms)) return failure("the watches do not begin");
  report_.begin_ms = last_write_ms_ = now_ms();
  prepare_load();
  plan_faults();
  go_on([this] { return now_ms() >= report_.begin_ms + scenario_.run_ms; }, scenario_.run_ms + 1'000);
  report_.end_ms = now_ms();
  working_ = false;
  sweep();
  come_to_rest();
  verify();
  report_.virtual_ms = now_ms();
  report_.real_seconds = static_cast<double>(now_ms()) / 1'000;
  return report_;
}

} // namespace troupe::tools::chaos::live
