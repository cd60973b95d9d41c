#include "tools/bench/startup_bench.hpp"
#include "tools/bench/interrupt.hpp"
#include "tools/bench/machine.hpp"
#include "tools/bench/own_cluster.hpp"
#include "tools/bench/progress.hpp"
#include "tools/bench/sample.hpp"
#include <fmt/format.h>
#include <unistd.h>

namespace troupe::tools::bench {

namespace {

using failure = tl::unexpected<std::string>;
using done = tl::expected<void, std::string>;

class session {
public:
  explicit session(const startup_options& options) : options_(options) {}

  done run() {
    for (std::size_t i = 0; i < options_.runs; ++i)
      if (auto ok = once(i); !ok) return failure(interrupted() ? "interrupted" : ok.error());
    return {};
  }

  void report(bench::report& to) {
    add(to, "startup", "process start to /readyz ok, empty directory", empty_);
    add(to, "restart", "process start to /readyz ok, existing directory", again_);
    add(to, "sample", "process start to 3 replicas ready and the Service answering by DNS name, image present",
        sample_);
    add(to, "sample-restart", "the same after a restart, with the pods running on", sample_again_);
  }

private:
  done once(std::size_t number) {
    const auto say = [&](std::string_view what) {
      progress_.say(fmt::format("run {} of {}: {}", number + 1, options_.runs, what));
    };
    auto cluster = own_cluster::prepare({options_.data_root, options_.runtime, 0});
    if (!cluster) return failure(cluster.error());
    if (options_.sample) {
      say("loading the image");
      if (auto ok = (*cluster)->run({"image", "load", options_.image_archive}); !ok) return ok;
    }
    say("starting");
    if (auto ok = start(**cluster, empty_, sample_, "ask-first", true); !ok) return ok;
    if (auto ok = (*cluster)->stop(); !ok) return ok;
    say("starting again");
    return start(**cluster, again_, sample_again_, "ask-again", false);
  }

  done start(own_cluster& cluster, histogram& ready, histogram& sample, const std::string& pod, bool first) {
    const auto took = cluster.start();
    if (!took) return failure(took.error());
    ready.record(static_cast<std::uint64_t>(took->count()));
    if (!options_.sample) return {};
    auto api = cluster.connect();
    if (!api) return failure(api.error());
    if (first)
      if (auto ok = apply_sample(**api); !ok) return ok;
    if (auto ok = ask_by_name(**api, pod); !ok) return ok;
    if (auto ok = await_sample(**api, pod); !ok) return ok;
    sample.record(static_cast<std::uint64_t>((own_cluster::clock::now() - cluster.started()).count()));
    return {};
  }

  static void add(bench::report& to, const char* name, const char* about, const histogram& times) {
    if (times.count() == 0) return;
    section out{name, about, {}, {}};
    out.figures.push_back({"runs", "runs", static_cast<double>(times.count()), "", 0});
    out.figures.push_back(milliseconds("min_ms", "min", times.min()));
    out.figures.push_back(milliseconds("p50_ms", "p50", times.at(0.5)));
    out.figures.push_back(milliseconds("max_ms", "max", times.max()));
    to.sections.push_back(std::move(out));
  }

  const startup_options& options_;
  progress progress_;
  histogram empty_, again_, sample_, sample_again_;
};

} // namespace

int run_startup(const startup_options& given) {
  auto options = given;
  const auto form = parse_format(options.output);
  if (!form) return complain("unknown output");
  if (options.runtime.empty()) options.runtime = ::geteuid() == 0 ? "embedded" : "hollow";
  if (options.sample && options.runtime != "embedded")
    return complain("--sample needs containers: root, and not --runtime hollow");
  if (options.sample && options.image_archive.empty())
    return complain("--sample needs --image-archive FILE, as tools/sample/make-image FILE makes it");
  catch_signals();
  auto out = open_report();
  out.facts.emplace_back("runtime", options.runtime);
  session all(options);
  const auto ok = all.run();
  all.report(out);
  if (!out.sections.empty()) fmt::print("{}", render(out, *form));
  return ok ? 0 : complain(ok.error());
}

} // namespace troupe::tools::bench
