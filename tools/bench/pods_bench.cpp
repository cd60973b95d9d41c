#include "tools/bench/pods_bench.hpp"
#include "tools/bench/bench_namespace.hpp"
#include "tools/bench/event_feed.hpp"
#include "tools/bench/interrupt.hpp"
#include "tools/bench/machine.hpp"
#include "tools/bench/pod_phases.hpp"
#include "tools/bench/progress.hpp"
#include "tools/bench/request_pattern.hpp"
#include <fmt/format.h>
#include <map>
#include <thread>

namespace troupe::tools::bench {

namespace {

using clock = std::chrono::steady_clock;
using failure = tl::unexpected<std::string>;
using done = tl::expected<void, std::string>;

constexpr auto look = std::chrono::milliseconds(200);

class session {
public:
  session(const pods_options& options, api_client& api, const std::string& run, section& out)
      : options_(options), api_(api), run_(run), out_(out), path_(collection("pods", options.name_space)),
        feed_(api, path_ + "?labelSelector=app.kubernetes.io%2Finstance%3D" + run) {}

  done measure() {
    if (auto ok = await_account(); !ok) return ok;
    done ok;
    while (ok && finished_ < options_.count) {
      while (ok && pods_.size() < options_.parallel && sent_ < options_.count)
        ok = create();
      if (ok) ok = step();
    }
    report();
    return ok;
  }

private:
  struct pod {
    clock::time_point sent, deleted{};
    bool scheduled = false, running = false, ready = false;
  };

  /// Controllers give a new namespace its service account, without which it takes no pods.
  done await_account() {
    const auto limit = clock::now() + std::chrono::seconds(30);
    for (;;) {
      const auto got = api_.get(collection("serviceaccounts", options_.name_space) + "/default");
      if (got) return {};
      if (got.error().code != 404) return failure(got.error().message);
      if (interrupted()) return failure("interrupted");
      if (clock::now() > limit) return failure("the namespace has no service account \"default\": no controllers run");
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }

  done create() {
    const auto name = fmt::format("pod-{}-{:04}", run_, sent_++);
    auto body = bare_pod(name, run_, options_.image, options_.grace_s);
    pods_[name].sent = clock::now();
    if (const auto made = api_.post(path_, std::move(body)); !made)
      return failure("create a pod: " + made.error().message);
    return {};
  }

  done step() {
    progress_.say(fmt::format("{} of {} pods", finished_, options_.count));
    if (interrupted()) return failure("interrupted");
    if (const auto event = feed_.next(clock::now() + look)) return take(*event);
    const auto limit = std::chrono::milliseconds(static_cast<std::int64_t>(options_.timeout_s * 1000));
    for (const auto& [name, p] : pods_)
      if (clock::now() - p.sent > limit)
        return failure(fmt::format("pod {} is {} after {} s{}", name, p.ready ? "still there" : "not ready",
                                   options_.timeout_s, problem_.empty() ? "" : ": " + problem_));
    if (!feed_.refusal().empty()) return failure("watch: " + feed_.refusal());
    return {};
  }

  done take(const event_feed::event& event) {
    const auto it = pods_.find(std::string(api::string_at(event.object, {"metadata", "name"})));
    if (it == pods_.end()) return {};
    auto& p = it->second;
    if (event.type == "DELETED") {
      if (!p.ready) return failure(fmt::format("pod {} was deleted before it was ready", it->first));
      removed_.record(static_cast<std::uint64_t>((event.at - p.deleted).count()));
      pods_.erase(it);
      ++finished_;
      return {};
    }
    const auto now = phases_of(event.object);
    if (!now.problem.empty()) problem_ = now.problem;
    const auto mark = [&](bool reached, bool& before, histogram& times) {
      if (reached && !before) times.record(static_cast<std::uint64_t>((event.at - p.sent).count()));
      before = before || reached;
    };
    if (now.over && !p.ready) return failure(fmt::format("pod {} can't run: {}", it->first, problem_));
    mark(now.scheduled, p.scheduled, scheduled_);
    mark(now.running, p.running, running_);
    if (!now.ready || p.ready) return {};
    mark(true, p.ready, ready_);
    p.deleted = clock::now();
    if (const auto gone = api_.remove(path_ + "/" + it->first); !gone && gone.error().code != 404)
      return failure("delete a pod: " + gone.error().message);
    return {};
  }

  void report() {
    progress_.clear();
    out_.figures.push_back({"pods", "pods", static_cast<double>(ready_.count()), "", 0});
    add_latencies(out_, ready_);
    const auto add = [&](const std::string& key, const std::string& label, const histogram& times) {
      if (times.count() == 0) return;
      out_.figures.push_back(milliseconds(key + "_p50_ms", label + " p50", times.at(0.5)));
      out_.figures.push_back(milliseconds(key + "_p99_ms", label + " p99", times.at(0.99)));
    };
    add("scheduled", "scheduled", scheduled_);
    add("running", "running", running_);
    add("removed", "deleted to gone", removed_);
  }

  const pods_options& options_;
  api_client& api_;
  const std::string& run_;
  section& out_;
  std::string path_;
  event_feed feed_;
  progress progress_;
  std::map<std::string, pod> pods_; ///< sent and not yet gone
  std::size_t sent_ = 0, finished_ = 0;
  histogram scheduled_, running_, ready_, removed_; ///< all but the last from the sending of the create
  std::string problem_;                             ///< the last that a pod told
};

} // namespace

int run_pods(const pods_options& options) {
  const auto form = parse_format(options.output);
  if (!form) return complain("unknown output");
  const auto to = resolve(options.server);
  if (!to) return complain(to.error());
  catch_signals();
  auto out = open_report();
  auto api = api_client::connect(*to);
  if (!api) return complain(api.error());
  out.facts.emplace_back("server", fmt::format("{} at {}", (*api)->server_version(), to->url()));
  auto where = bench_namespace::open(**api, options.name_space);
  if (!where) return complain(where.error());
  const auto run = new_run_name();
  section figures;
  figures.name = "pods";
  figures.about = fmt::format(
      "created to Ready, {}, image {}",
      options.parallel == 1 ? "one after another" : fmt::format("{} at a time", options.parallel), options.image);
  const auto measured = session(options, **api, run, figures).measure();
  int code = measured ? 0 : complain(measured.error());
  if (!options.keep)
    if (auto ok = where->clean_up(**api, run, {"pods"}); !ok) code = complain(ok.error());
  out.sections.push_back(std::move(figures));
  fmt::print("{}", render(out, *form));
  return code;
}

} // namespace troupe::tools::bench
