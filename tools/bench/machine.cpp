#include "tools/bench/machine.hpp"
#include "tools/bench/load_plan.hpp"
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <string>
#include <string_view>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <thread>
#include <unistd.h>

namespace troupe::tools::bench {

namespace {

constexpr std::string_view build_type = TROUPE_BUILD_TYPE;
// Not by __OPTIMIZE__: formatting headers switch optimization on for themselves and leave that macro behind.
constexpr bool optimized = build_type.starts_with("Rel");

std::string processor() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return "unknown processor";
}

} // namespace

report open_report() {
  report out;
  const auto cores = std::max(1U, std::thread::hardware_concurrency());
  struct sysinfo memory {};
  ::sysinfo(&memory);
  utsname kernel{};
  ::uname(&kernel);
  const auto gib = static_cast<double>(memory.totalram) * memory.mem_unit / (1 << 30);
  out.facts.emplace_back("machine", fmt::format("{} cores, {}, {:.0f} GiB, {} {}", cores, processor(), gib,
                                                kernel.sysname, kernel.release));
  out.facts.emplace_back("program", fmt::format("troupe {}, {} build", TROUPE_VERSION, build_type));
  if (!optimized)
    out.warnings.emplace_back(
        "this program was built without optimization; build the release preset for figures that count");
  double load[1] = {};
  if (::getloadavg(load, 1) == 1 && load[0] > 0.5 * cores)
    out.warnings.push_back(fmt::format("the machine was busy before the measurement began (load {:.1f})", load[0]));
  return out;
}

std::string new_run_name() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return run_name(static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count()),
                  static_cast<std::uint64_t>(::getpid()));
}

int complain(const std::string& what) {
  fmt::print(stderr, "troupe bench: {}\n", what);
  return 1;
}

} // namespace troupe::tools::bench
