#include "actors/runtime/cgroups.hpp"
#include "actors/runtime/files.hpp"
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace troupe::actors::runtime {

namespace oci = policies::oci;

namespace {
std::uint64_t number(const std::string& path) {
  auto text = files::read(path, 64).value_or("");
  std::uint64_t out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}
} // namespace

cgroups::cgroups(std::string mount) : mount_(std::move(mount)) {
  version_ = files::exists(mount_ + "/cgroup.controllers") ? oci::cgroup_version::v2 : oci::cgroup_version::v1;
  if (version_ == oci::cgroup_version::v2) {
    hierarchies_.push_back(mount_);
    return;
  }
  for (auto& name : files::names(mount_)) {
    struct stat s {};
    auto path = mount_ + "/" + name;
    // "cpu" and "cpuacct" are often links to "cpu,cpuacct".
    if (::lstat(path.c_str(), &s) == 0 && S_ISDIR(s.st_mode)) hierarchies_.push_back(path);
  }
}

std::string cgroups::file(std::string_view controller, const std::string& path, std::string_view name) const {
  if (version_ == oci::cgroup_version::v2) return fmt::format("{}{}/{}", mount_, path, name);
  return fmt::format("{}/{}{}/{}", mount_, controller, path, name);
}

cgroups::outcome cgroups::make(const std::string& path, const oci::resources& limits) const {
  for (std::string controller : {"cpu", "memory", "pids"}) {
    auto base = version_ == oci::cgroup_version::v2 ? mount_ : mount_ + "/" + controller;
    if (!files::exists(base)) continue;
    for (std::size_t at = 1; at <= path.size(); ++at) {
      if (at < path.size() && path[at] != '/') continue;
      if (version_ == oci::cgroup_version::v2) {
        auto slash = path.rfind('/', at - 1);
        // Fine if some controller is not available there: writing a limit says so.
        for (auto* c : {"+cpu", "+memory", "+pids"})
          (void)files::put(base + path.substr(0, slash) + "/cgroup.subtree_control", c);
      }
      if (::mkdir((base + path.substr(0, at)).c_str(), 0755) != 0 && errno != EEXIST)
        return files::failure("make control group " + path);
    }
  }
  for (auto& w : oci::limit_writes(version_, limits))
    if (auto done = files::put(file(w.controller, path, w.file), w.value); !done) return done;
  return {};
}

cgroups::outcome cgroups::enter(const std::string& path, int pid) const {
  auto text = fmt::to_string(pid);
  if (version_ == oci::cgroup_version::v2) return files::put(file("", path, "cgroup.procs"), text);
  for (auto* controller : {"cpu", "memory", "pids"})
    if (auto done = files::put(file(controller, path, "cgroup.procs"), text); !done) return done;
  return {};
}

std::vector<int> cgroups::processes(const std::string& path) const {
  std::vector<int> out;
  auto text = files::read(file("pids", path, "cgroup.procs")).value_or("");
  for (const char* at = text.data(); at < text.data() + text.size();) {
    int pid = 0;
    auto [end, ec] = std::from_chars(at, text.data() + text.size(), pid);
    if (ec != std::errc{}) break;
    out.push_back(pid);
    at = end + 1;
  }
  return out;
}

usage cgroups::read(const std::string& path) const {
  usage out;
  out.processes = number(file("pids", path, "pids.current"));
  auto stat = files::read(file("memory", path, "memory.stat")).value_or("");
  if (version_ == oci::cgroup_version::v2) {
    out.cpu_ns = oci::stat_value(files::read(file("", path, "cpu.stat")).value_or(""), "usage_usec") * 1000;
    out.memory_bytes = number(file("", path, "memory.current"));
    out.working_set_bytes = oci::working_set(out.memory_bytes, oci::stat_value(stat, "inactive_file"));
    out.rss_bytes = oci::stat_value(stat, "anon");
    return out;
  }
  out.cpu_ns = number(file("cpuacct", path, "cpuacct.usage"));
  out.memory_bytes = number(file("memory", path, "memory.usage_in_bytes"));
  out.working_set_bytes = oci::working_set(out.memory_bytes, oci::stat_value(stat, "total_inactive_file"));
  out.rss_bytes = oci::stat_value(stat, "total_rss");
  return out;
}

std::uint64_t cgroups::oom_kills(const std::string& path) const {
  auto* name = version_ == oci::cgroup_version::v2 ? "memory.events" : "memory.oom_control";
  return oci::stat_value(files::read(file("memory", path, name)).value_or(""), "oom_kill");
}

std::vector<std::string> cgroups::remove(const std::string& path) const {
  std::vector<std::string> stay;
  for (auto& h : hierarchies_) {
    auto top = h + path;
    std::vector<std::string> found;
    std::error_code ec;
    if (files::exists(top)) found.push_back(top);
    for (std::filesystem::recursive_directory_iterator it(top, ec), end; !ec && it != end; it.increment(ec))
      if (it->is_directory(ec)) found.push_back(it->path().string());
    // Children come after their parents in this walk.
    for (auto at = found.rbegin(); at != found.rend(); ++at)
      if (::rmdir(at->c_str()) != 0 && errno != ENOENT) stay.push_back(*at);
  }
  return stay;
}

} // namespace troupe::actors::runtime
