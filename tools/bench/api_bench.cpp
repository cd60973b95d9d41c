#include "tools/bench/api_bench.hpp"
#include "tools/bench/bench_namespace.hpp"
#include "tools/bench/closed_loop.hpp"
#include "tools/bench/interrupt.hpp"
#include "tools/bench/loop_report.hpp"
#include "tools/bench/machine.hpp"
#include "tools/bench/progress.hpp"
#include "tools/bench/watch_loop.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::tools::bench {

namespace {

using failure = tl::unexpected<std::string>;
using measured = tl::expected<section, std::string>;

/// Streams that we put on one HTTP/2 connection: what kube-apiserver allows at most.
constexpr std::size_t streams_max = 100;
constexpr std::chrono::seconds default_duration{10};

class session {
public:
  session(const api_options& options, api_client& api, bench_namespace& where, report& out)
      : options_(options), api_(api), where_(where), report_(out), run_(new_run_name()),
        path_(api.to().path + collection("configmaps", where.name())), name_(object_name(run_)) {}

  tl::expected<void, std::string> measure(const std::vector<api_mode>& modes) {
    for (const auto mode : modes) {
      if (interrupted()) break;
      auto got = measure(mode);
      progress_.clear();
      if (!got) return failure(fmt::format("{}: {}", name_of(mode), got.error()));
      report_.sections.push_back(std::move(*got));
    }
    return {};
  }

  tl::expected<void, std::string> clean_up() {
    progress_.say("removing what the measurement made");
    auto done = where_.clean_up(api_, run_, {"configmaps"});
    progress_.clear();
    return done;
  }

private:
  [[nodiscard]] wire how() const { return options_.http2 ? wire::h2 : wire::h1; }
  [[nodiscard]] request_origin origin() const { return {api_.to().authority(), api_.to().token}; }
  [[nodiscard]] request_pattern create_pattern() const {
    return {origin(), "POST", path_, config_map(name_, run_, options_.object_bytes)};
  }

  measured measure(api_mode mode) {
    if (mode == api_mode::watch) return watch();
    if (mode == api_mode::create) {
      auto got = loop("create", create_pattern(), 0);
      return got;
    }
    if (auto ok = fill(); !ok) return failure(ok.error());
    if (mode == api_mode::get)
      return loop("get", {origin(), "GET", path_ + "/" + name_, {}}, std::min(made_, options_.objects));
    return loop("list", {origin(), "GET", fmt::format("{}?limit={}&resourceVersion=0", path_, options_.list_limit), {}},
                1);
  }

  [[nodiscard]] loop_options options_of(std::uint64_t objects) const {
    loop_options out;
    out.how = how();
    out.shares = spread(options_.clients, options_.threads, how(), options_.connections, streams_max);
    out.limit.count = options_.count;
    out.limit.duration = std::chrono::milliseconds(static_cast<std::int64_t>(options_.duration_s * 1000));
    if (out.limit.count == 0 && out.limit.duration.count() == 0) out.limit.duration = default_duration;
    out.objects = objects;
    return out;
  }

  /// Objects to read: what a create run left, or as many as are missing.
  tl::expected<void, std::string> fill() {
    if (made_ >= options_.objects) return {};
    auto plan = options_of(0);
    plan.first = made_;
    plan.limit = {options_.objects - made_, {}};
    const auto to = dialer::make(api_.to(), protocols_of(how()));
    if (!to) return failure(to.error());
    const auto got = run_closed_loop(*to, create_pattern(), plan, [&](std::uint64_t n) {
      progress_.say(fmt::format("making {} objects to read: {}", options_.objects, n));
    });
    if (interrupted()) return failure("interrupted");
    if (!got.fatal.empty()) return failure(got.fatal);
    if (got.latencies.count() != plan.limit.count)
      return failure("could not make the objects to read: " + got.first_error);
    made_ = options_.objects;
    return {};
  }

  measured loop(std::string_view name, const request_pattern& what, std::uint64_t objects) {
    const auto to = dialer::make(api_.to(), protocols_of(how()));
    if (!to) return failure(to.error());
    auto plan = options_of(objects);
    const auto creates = objects == 0;
    if (creates) plan.first = made_;
    const server_processes server(options_.pids);
    const auto begin = std::chrono::steady_clock::now();
    const auto got = run_closed_loop(*to, what, plan, [&](std::uint64_t n) {
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
      progress_.say(fmt::format("{}: {} answers, {:.0f}/s", name, n, static_cast<double>(n) / took.count()));
    });
    if (creates) {
      // Gets read what is there without a gap: nothing may have failed.
      if (got.latencies.count() == got.issued) made_ += got.issued;
    }
    if (!got.fatal.empty()) return failure(got.fatal);
    auto out = describe(name, plan, got);
    server.report(out, std::chrono::duration<double>(got.wall).count());
    return out;
  }

  [[nodiscard]] section describe(std::string_view name, const loop_options& plan, const loop_result& got) {
    section out;
    out.name = name;
    std::size_t connections = 0;
    for (const auto& each : plan.shares)
      connections += each.streams.size();
    out.about = fmt::format("{} clients on {} connections, HTTP/{}{}, {} client thread{}", options_.clients,
                            connections, options_.http2 ? "2" : "1.1", api_.to().tls ? " over TLS" : "",
                            plan.shares.size(), plan.shares.size() == 1 ? "" : "s");
    add_loop(out, got);
    if (!got.first_error.empty())
      report_.warnings.push_back(fmt::format("{}: the first error was {}", name, got.first_error));
    return out;
  }

  measured watch() {
    const auto from = api_.get(collection("configmaps", where_.name()) + "?limit=1");
    if (!from) return failure(from.error().message);
    const auto revision = api::string_at(*from, {"metadata", "resourceVersion"});
    const auto kind = options_.watch_http1 ? wire::h1 : wire::h2;
    const auto watchers = dialer::make(api_.to(), protocols_of(kind)),
               writer = dialer::make(api_.to(), protocols_of(wire::h1));
    if (!watchers || !writer) return failure(!watchers ? watchers.error() : writer.error());
    watch_options plan;
    plan.how = kind;
    plan.streams = spread(options_.watchers, 1, kind, options_.connections, streams_max).front().streams;
    plan.writes = options_.writes;
    // Numbers of their own: a create run may have used any below.
    plan.first = numbered_text::number_max - plan.writes - 1;
    const request_pattern open(
        origin(), "GET", fmt::format("{}?watch=1&allowWatchBookmarks=true&resourceVersion={}", path_, revision), {});
    const server_processes server(options_.pids);
    const auto begin = std::chrono::steady_clock::now();
    const auto got = run_watch_loop(*watchers, *writer, open, create_pattern(), numbered_text(name_), plan,
                                    [&](std::string_view text) { progress_.say(text); });
    if (!got.fatal.empty()) return failure(got.fatal);
    section out;
    out.name = "watch";
    out.about = fmt::format("{} watchers on {} connections, HTTP/{}{}, {} writes one at a time", options_.watchers,
                            plan.streams.size(), kind == wire::h2 ? "2" : "1.1", api_.to().tls ? " over TLS" : "",
                            got.written.count());
    const auto opening = std::chrono::duration<double>(got.opening).count();
    out.figures.push_back({"opening_seconds", "open all", opening, "s", 2});
    add_latencies(out, got.seen);
    out.figures.push_back(milliseconds("last_watcher_p50_ms", "last watcher p50", got.last.at(0.5)));
    out.figures.push_back(milliseconds("last_watcher_p99_ms", "last watcher p99", got.last.at(0.99)));
    out.figures.push_back(milliseconds("write_p50_ms", "write p50", got.written.at(0.5)));
    out.figures.push_back(milliseconds("write_p99_ms", "write p99", got.written.at(0.99)));
    const auto events = static_cast<double>(std::max<std::uint64_t>(1, got.seen.count()));
    out.figures.push_back({"client_cpu_us", "client CPU", got.cpu_seconds * 1e6 / events, "µs/event", 2});
    server.report(out, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    return out;
  }

  const api_options& options_;
  api_client& api_;
  bench_namespace& where_;
  report& report_;
  std::string run_, path_, name_;
  std::size_t made_ = 0; ///< objects with the numbers below exist
  progress progress_;
};

} // namespace

int run_api(const api_options& options) {
  const auto modes = parse_modes(options.mode);
  const auto form = parse_format(options.output);
  if (!modes || !form) return complain("unknown mode or output");
  auto to = resolve(options.server);
  if (!to) return complain(to.error());
  catch_signals();
  raise_file_limit();
  auto out = open_report();
  auto api = api_client::connect(*to);
  if (!api) return complain(api.error());
  out.facts.emplace_back("server", fmt::format("{} at {}", (*api)->server_version(), to->url()));
  auto where = bench_namespace::open(**api, options.name_space);
  if (!where) return complain(where.error());
  session all(options, **api, *where, out);
  const auto measured = all.measure(*modes);
  int code = measured && !interrupted() ? 0 : 1;
  if (!measured && !interrupted()) code = complain(measured.error());
  if (!options.keep)
    if (auto ok = all.clean_up(); !ok) code = complain(ok.error());
  if (!out.sections.empty()) fmt::print("{}", render(out, *form));
  if (interrupted()) return complain("interrupted");
  return code;
}

} // namespace troupe::tools::bench
