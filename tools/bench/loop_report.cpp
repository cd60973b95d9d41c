#include "tools/bench/loop_report.hpp"
#include "tools/bench/procfs.hpp"
#include <algorithm>
#include <sys/resource.h>

namespace troupe::tools::bench {

void raise_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

double server_processes::cpu() const {
  double sum = 0;
  for (const auto pid : pids_)
    if (const auto p = read_process(pid)) sum += p->cpu_seconds;
  return sum;
}

void server_processes::report(section& to, double seconds, std::uint64_t operations) const {
  if (pids_.empty() || seconds <= 0) return;
  const auto used = cpu() - before_;
  std::uint64_t rss = 0;
  for (const auto pid : pids_)
    if (const auto p = read_process(pid)) rss += p->rss_kib;
  to.figures.push_back({"server_cpu_cores", "server CPU", used / seconds, "cores", 2});
  if (operations > 0) {
    const auto each = used * 1e6 / static_cast<double>(operations);
    to.figures.push_back({"server_cpu_us", "server CPU", each, "µs/operation", digits_for(each)});
  }
  to.figures.push_back({"server_rss_mib", "server RSS", static_cast<double>(rss) / 1024, "MiB", 1});
}

void add_loop(section& to, const loop_result& got) {
  const auto seconds = std::chrono::duration<double>(got.wall).count();
  const auto count = static_cast<double>(got.latencies.count());
  to.figures.push_back({"operations", "operations", count, "", 0});
  to.figures.push_back({"seconds", "time", seconds, "s", 2});
  to.figures.push_back({"operations_per_second", "rate", seconds > 0 ? count / seconds : 0, "/s", 0});
  add_latencies(to, got.latencies);
  const auto micros = got.issued == 0 ? 0 : got.cpu_seconds * 1e6 / static_cast<double>(got.issued);
  to.figures.push_back({"client_cpu_us", "client CPU", micros, "µs/operation", digits_for(micros)});
  for (const auto& [code, number] : got.statuses)
    if (code < 200 || code >= 300) to.errors.emplace_back(std::to_string(code), number);
  if (got.broken > 0) to.errors.emplace_back("connection lost", got.broken);
}

} // namespace troupe::tools::bench
