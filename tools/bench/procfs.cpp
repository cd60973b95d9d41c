#include "tools/bench/procfs.hpp"
#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <unistd.h>

namespace troupe::tools::bench {

namespace {

namespace fs = std::filesystem;

std::string read_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  if (in) out << in.rdbuf();
  return out.str();
}

std::uint64_t to_number(std::string_view text) noexcept {
  std::uint64_t out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

std::optional<pid_t> pid_of(const fs::path& folder) {
  const auto name = folder.filename().string();
  if (name.empty() || name.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
  return static_cast<pid_t>(to_number(name));
}

std::vector<pid_t> numbered_folders(const std::string& path) {
  std::vector<pid_t> out;
  std::error_code error;
  for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error))
    if (const auto pid = pid_of(it->path())) out.push_back(*pid);
  return out;
}

} // namespace

std::optional<process_usage> parse_stat(std::string_view text, double ticks_per_second) {
  // The name stands in parentheses and may hold any character, also ") ".
  const auto open = text.find('('), close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return std::nullopt;
  process_usage out;
  out.pid = static_cast<pid_t>(to_number(text));
  out.name = text.substr(open + 1, close - open - 1);
  std::vector<std::string_view> fields; // From field 3, the state, on.
  for (auto rest = text.substr(close + 1); fields.size() < 18;) {
    const auto begin = rest.find_first_not_of(" \n");
    if (begin == std::string_view::npos) break;
    const auto end = std::min(rest.find_first_of(" \n", begin), rest.size());
    fields.push_back(rest.substr(begin, end - begin));
    rest.remove_prefix(end);
  }
  if (fields.size() < 18) return std::nullopt;
  out.parent = static_cast<pid_t>(to_number(fields[1]));
  out.cpu_seconds = static_cast<double>(to_number(fields[11]) + to_number(fields[12])) / ticks_per_second;
  out.threads = to_number(fields[17]);
  return out;
}

std::uint64_t number_after(std::string_view text, std::string_view name) noexcept {
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (!line.starts_with(name) || line.size() <= name.size() || line[name.size()] != ':') continue;
    const auto digits = line.find_first_of("0123456789", name.size());
    return digits == std::string_view::npos ? 0 : to_number(line.substr(digits));
  }
  return 0;
}

std::optional<process_usage> read_process(pid_t pid) {
  const auto folder = fmt::format("/proc/{}", pid);
  auto out = parse_stat(read_text(folder + "/stat"), static_cast<double>(::sysconf(_SC_CLK_TCK)));
  if (!out) return out;
  // The kernel's name is cut to 15 bytes, and "exe" for a program that started itself again.
  std::error_code error;
  const auto program = fs::read_symlink(folder + "/exe", error).filename().string();
  if (!error && !program.empty()) out->name = program.substr(0, program.find(' '));
  const auto status = read_text(folder + "/status");
  out->rss_kib = number_after(status, "VmRSS");
  out->peak_rss_kib = number_after(status, "VmHWM");
  out->pss_kib = number_after(read_text(folder + "/smaps_rollup"), "Pss");
  for (const auto thread : numbered_folders(folder + "/task")) {
    const auto text = read_text(fmt::format("{}/task/{}/status", folder, thread));
    out->switches += number_after(text, "voluntary_ctxt_switches") + number_after(text, "nonvoluntary_ctxt_switches");
  }
  return out;
}

bool names_path(std::string_view command_line, std::string_view path) noexcept {
  if (path.empty()) return false;
  for (auto at = command_line.find(path); at != std::string_view::npos; at = command_line.find(path, at + 1)) {
    const auto rest = command_line.substr(at + path.size());
    // Not "/data/c1" in "/data/c10".
    if (rest.empty() || rest[0] == '/' || rest[0] == '\0' || rest[0] == ' ') return true;
  }
  return false;
}

std::vector<pid_t> related_processes(pid_t pid, const std::vector<std::string>& marks) {
  std::multimap<pid_t, pid_t> children;
  std::set<pid_t> found;
  for (const auto each : numbered_folders("/proc")) {
    const auto stat = parse_stat(read_text(fmt::format("/proc/{}/stat", each)), 1);
    if (!stat || each == pid || each == ::getpid()) continue;
    children.emplace(stat->parent, each);
    const auto words = read_text(fmt::format("/proc/{}/cmdline", each));
    for (const auto& mark : marks)
      if (names_path(words, mark)) found.insert(each);
  }
  std::vector<pid_t> open(found.begin(), found.end());
  open.push_back(pid);
  while (!open.empty()) {
    const auto [first, last] = children.equal_range(open.back());
    open.pop_back();
    for (auto it = first; it != last; ++it)
      if (found.insert(it->second).second) open.push_back(it->second);
  }
  return {found.begin(), found.end()};
}

} // namespace troupe::tools::bench
