#include "tools/bench/etcd_bench.hpp"
#include "tools/bench/api_client.hpp"
#include "tools/bench/closed_loop.hpp"
#include "tools/bench/etcd_requests.hpp"
#include "tools/bench/etcd_watches.hpp"
#include "tools/bench/h2_lane.hpp"
#include "tools/bench/interrupt.hpp"
#include "tools/bench/loop_report.hpp"
#include "tools/bench/machine.hpp"
#include "tools/bench/progress.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::tools::bench {

namespace {

using failure = tl::unexpected<std::string>;
using measured = tl::expected<section, std::string>;

constexpr std::size_t streams_max = 100;
constexpr std::chrono::seconds default_duration{10};

tl::expected<endpoint, std::string> endpoint_of(const etcd_options& options) {
  server_options from;
  from.server = (options.ca.empty() ? "http://" : "https://") + options.endpoint;
  from.ca = options.ca;
  from.certificate = options.certificate;
  from.key = options.key;
  return resolve(from);
}

class etcd_session {
public:
  etcd_session(const etcd_options& options, dialer to, report& out)
      : options_(options), to_(std::move(to)), report_(out), prefix_("troupe-bench/" + new_run_name() + "/"),
        key_(prefix_ + std::string(numbered_text::place)) {}

  tl::expected<void, std::string> measure() {
    for (std::string_view mode : {"put", "get", "watch"}) {
      if (interrupted() || (options_.mode != "all" && options_.mode != mode)) continue;
      auto got = mode == "put" ? loop("put", put_request()) : mode == "get" ? get() : watch();
      progress_.clear();
      if (!got) return failure(fmt::format("{}: {}", mode, got.error()));
      report_.sections.push_back(std::move(*got));
    }
    return {};
  }

  tl::expected<void, std::string> clean_up() {
    progress_.say("removing what the measurement made");
    const auto got = run(request(etcd::delete_path, etcd::remove_prefix(prefix_)), once());
    progress_.clear();
    if (got.latencies.count() == 1) return {};
    return failure("remove what the measurement made: " + (got.fatal.empty() ? got.first_error : got.fatal));
  }

  /// Shows a wrong address or protocol at once.
  tl::expected<void, std::string> greet() {
    const auto got = run(request(etcd::status_path, etcd::status()), once());
    if (got.latencies.count() == 1) return {};
    if (!got.fatal.empty()) return failure(got.fatal);
    return failure("no etcd v3 API there: " + (got.first_error.empty() ? "the connection broke" : got.first_error));
  }

private:
  [[nodiscard]] request_pattern request(std::string_view path, std::string_view body) const {
    return {{to_.to().authority(), {}}, "POST", path, body, std::string(grpc_content)};
  }
  [[nodiscard]] request_pattern put_request() const {
    return request(etcd::put_path, etcd::put(key_, std::string(options_.value_bytes, 'v')));
  }

  [[nodiscard]] static loop_options once() {
    loop_options out;
    out.how = wire::h2;
    out.shares = spread(1, 1, wire::h2, 1, 1);
    out.limit.count = 1;
    return out;
  }
  [[nodiscard]] loop_options plan() const {
    loop_options out;
    out.how = wire::h2;
    out.shares = spread(options_.clients, options_.threads, wire::h2, options_.connections, streams_max);
    out.limit.count = options_.count;
    out.limit.duration = std::chrono::milliseconds(static_cast<std::int64_t>(options_.duration_s * 1000));
    if (out.limit.count == 0 && out.limit.duration.count() == 0) out.limit.duration = default_duration;
    out.objects = options_.keys;
    return out;
  }
  [[nodiscard]] loop_result run(const request_pattern& what, const loop_options& how, std::string_view name = {}) {
    const auto begin = std::chrono::steady_clock::now();
    return run_closed_loop(to_, what, how, [&](std::uint64_t n) {
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
      if (!name.empty())
        progress_.say(fmt::format("{}: {} answers, {:.0f}/s", name, n, static_cast<double>(n) / took.count()));
    });
  }

  measured loop(std::string_view name, const request_pattern& what) {
    const auto how = plan();
    const server_processes server(options_.pids);
    const auto got = run(what, how, name);
    if (!got.fatal.empty()) return failure(got.fatal);
    std::size_t connections = 0;
    for (const auto& each : how.shares) connections += each.streams.size();
    section out;
    out.name = name;
    out.about =
        fmt::format("{} clients on {} connections, {} keys, values of {} bytes{}", options_.clients, connections,
                    options_.keys, options_.value_bytes, options_.serializable ? ", serializable" : "");
    add_loop(out, got);
    server.report(out, std::chrono::duration<double>(got.wall).count(), got.issued);
    if (!got.first_error.empty())
      report_.warnings.push_back(fmt::format("{}: the first error was {}", name, got.first_error));
    return out;
  }

  measured get() {
    auto fill = plan();
    fill.limit = {options_.keys, {}};
    const auto got = run(put_request(), fill, "keys to read");
    if (interrupted()) return failure("interrupted");
    if (!got.fatal.empty()) return failure(got.fatal);
    if (got.latencies.count() != options_.keys) return failure("could not make the keys to read: " + got.first_error);
    return loop("get", request(etcd::range_path, etcd::get(key_, options_.serializable)));
  }

  measured watch() {
    const auto cold = read_memory(options_.pids);
    const server_processes server(options_.pids);
    auto got = open_watches(to_, prefix_, options_.watchers, options_.connections, options_.pids, [&](std::uint64_t n) {
      progress_.say(fmt::format("{} of {} watches are open", n, options_.watchers));
    });
    if (!got.fatal.empty()) return failure(got.fatal);
    section out;
    out.name = "watch";
    out.about = fmt::format("{} watches of one key each on {} streams", options_.watchers, got.streams);
    out.figures.push_back({"opening_seconds", "open all", std::chrono::duration<double>(got.opening).count(), "s", 2});
    if (!options_.pids.empty()) {
      const auto bytes = static_cast<double>(got.server_rss_kib > cold ? got.server_rss_kib - cold : 0) * 1024;
      const auto each = bytes / static_cast<double>(options_.watchers);
      out.figures.push_back({"server_rss_before_mib", "server RSS before", static_cast<double>(cold) / 1024, "MiB", 1});
      out.figures.push_back(
          {"server_rss_mib", "server RSS with them", static_cast<double>(got.server_rss_kib) / 1024, "MiB", 1});
      out.figures.push_back({"bytes_per_watch", "memory", each, "bytes/watch", 0});
    }
    return out;
  }

  const etcd_options& options_;
  dialer to_;
  report& report_;
  std::string prefix_, key_;
  progress progress_;
};

} // namespace

int run_etcd(const etcd_options& options) {
  const auto form = parse_format(options.output);
  if (!form) return complain("unknown output");
  const auto where = endpoint_of(options);
  if (!where) return complain(where.error());
  auto to = dialer::make(*where, protocols_of(wire::h2));
  if (!to) return complain(to.error());
  catch_signals();
  raise_file_limit();
  auto out = open_report();
  out.facts.emplace_back("server", options.endpoint);
  etcd_session all(options, std::move(*to), out);
  if (auto ok = all.greet(); !ok) return complain(ok.error());
  const auto done = all.measure();
  int code = done && !interrupted() ? 0 : 1;
  if (!done && !interrupted()) code = complain(done.error());
  if (!options.keep)
    if (auto ok = all.clean_up(); !ok) code = complain(ok.error());
  if (!out.sections.empty()) fmt::print("{}", render(out, *form));
  if (interrupted()) return complain("interrupted");
  return code;
}

} // namespace troupe::tools::bench
