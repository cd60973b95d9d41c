#include "tools/bench/idle_bench.hpp"
#include "net/process/process.hpp"
#include "policies/api/json.hpp"
#include "tools/bench/interrupt.hpp"
#include "tools/bench/machine.hpp"
#include "tools/bench/procfs.hpp"
#include "tools/bench/progress.hpp"
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <map>
#include <thread>

namespace troupe::tools::bench {

namespace {

using clock = std::chrono::steady_clock;
using failure = tl::unexpected<std::string>;

/// The program that runs in a data directory, which `troupe status` knows.
tl::expected<pid_t, std::string> pid_in(const std::string& data_dir) {
  const auto got = net::process::run({.argv = {"/proc/self/exe", "status", "--data-dir", data_dir}});
  const auto at = got.out.find("(process ");
  if (!got.ok() || at == std::string::npos) return failure(fmt::format("no cluster runs in {}", data_dir));
  return static_cast<pid_t>(std::atol(got.out.c_str() + at + 9));
}

/// The directories that helpers of a cluster's pods carry in their command lines.
std::vector<std::string> marks_of(const std::string& data_dir) {
  std::error_code error;
  const auto folder = std::filesystem::weakly_canonical(data_dir, error).string();
  std::vector<std::string> out{data_dir, folder};
  std::ifstream in(folder + "/cluster.json");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  boost::system::error_code failed;
  const auto document = api::json::parse(text, failed);
  if (const auto instance = api::string_at(document, {"instance"}); !failed && !instance.empty())
    out.push_back(fmt::format("/run/troupe-{}", instance));
  return out;
}

/// A use that went on through the whole measurement.
struct span {
  process_usage before, after;
};

std::map<pid_t, process_usage> look(const std::vector<pid_t>& pids) {
  std::map<pid_t, process_usage> out;
  for (const auto pid : pids)
    if (auto p = read_process(pid)) out.emplace(pid, std::move(*p));
  return out;
}

void describe(section& to, const std::string& prefix, const std::vector<span>& of, double seconds) {
  double cpu = 0, rss = 0, pss = 0, switches = 0, threads = 0;
  for (const auto& each : of) {
    cpu += each.after.cpu_seconds - each.before.cpu_seconds;
    rss += static_cast<double>(each.after.rss_kib) / 1024;
    pss += static_cast<double>(each.after.pss_kib) / 1024;
    threads += static_cast<double>(each.after.threads);
    // A thread that ended takes its count with it.
    if (each.after.switches > each.before.switches)
      switches += static_cast<double>(each.after.switches - each.before.switches);
  }
  const auto add = [&](const char* key, const char* label, double value, const char* unit, int digits) {
    to.figures.push_back({prefix + key, label, value, unit, digits});
  };
  add("rss_mib", "RSS", rss, "MiB", 1);
  if (pss > 0) add("pss_mib", "PSS", pss, "MiB", 1);
  add("cpu_percent", "CPU", 100 * cpu / seconds, "% of one core", 2);
  add("switches_per_second", "context switches", switches / seconds, "/s", 1);
  add("threads", "threads", threads, "", 0);
}

} // namespace

int run_idle(const idle_options& options) {
  const auto form = parse_format(options.output);
  if (!form) return complain("unknown output");
  auto pid = static_cast<pid_t>(options.pid);
  if (pid == 0) {
    const auto found = pid_in(options.data_dir);
    if (!found) return complain(found.error());
    pid = *found;
  }
  if (!read_process(pid)) return complain(fmt::format("there is no process {}", pid));
  catch_signals();
  auto out = open_report();
  progress line;
  auto pids = related_processes(pid, options.pid == 0 ? marks_of(options.data_dir) : std::vector<std::string>{});
  pids.push_back(pid);
  const auto before = look(pids);
  const auto begin = clock::now();
  const auto end = begin + std::chrono::milliseconds(static_cast<std::int64_t>(options.seconds * 1000));
  while (clock::now() < end && !interrupted()) {
    line.say(fmt::format("watching process {} for {:.0f} s more", pid,
                         std::chrono::duration<double>(end - clock::now()).count()));
    std::this_thread::sleep_for(std::min<clock::duration>(std::chrono::milliseconds(200), end - clock::now()));
  }
  line.clear();
  const auto after = look(pids);
  if (!after.contains(pid)) return complain(fmt::format("process {} has ended", pid));
  const auto seconds = std::chrono::duration<double>(clock::now() - begin).count();
  section self;
  self.name = "idle";
  self.about = fmt::format("process {} ({}) over {:.0f} s", pid, before.at(pid).name, seconds);
  describe(self, "", {{before.at(pid), after.at(pid)}}, seconds);
  out.sections.push_back(std::move(self));
  std::map<std::string, std::vector<span>> others;
  for (const auto& [each, usage] : after)
    if (each != pid && before.contains(each)) others[usage.name].push_back({before.at(each), usage});
  for (const auto& [name, of] : others) {
    section more;
    more.name = name;
    more.about = fmt::format("{} process{} beside it", of.size(), of.size() == 1 ? "" : "es");
    describe(more, "", of, seconds);
    out.sections.push_back(std::move(more));
  }
  fmt::print("{}", render(out, *form));
  return interrupted() ? complain("interrupted") : 0;
}

} // namespace troupe::tools::bench
