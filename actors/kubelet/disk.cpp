#include "actors/kubelet/disk.hpp"
#include "actors/base/error.hpp"
#include "actors/kubelet/pod_files.hpp"
#include <filesystem>
#include <fmt/format.h>
#include <stdexcept>
#include <sys/stat.h>

namespace troupe::actors::kubelet {

namespace fs = std::filesystem;

namespace {

/// Runs file work and turns what it throws into an error for the asker.
template <class Result, class Work> caf::result<Result> guarded(Work work) {
  try {
    return work();
  } catch (const std::exception& e) {
    return make_error(errc::runtime_failed, e.what());
  }
}

caf::result<void> make_all(const pod_order& order) {
  for (auto& v : order.volumes) {
    try {
      make_volume(v, order.group, order.now);
    } catch (const std::exception& e) {
      return make_error(errc::runtime_failed,
                        fmt::format("MountVolume.SetUp failed for volume \"{}\" : {}", v.place.name, e.what()));
    }
  }
  return caf::unit;
}

shared<resolved_mounts> make_container(const container_order& order) {
  if (!order.hosts_file.empty()) write_file(order.hosts_file, order.hosts_text, 0644);
  if (!order.termination_file.empty()) write_file(order.termination_file, "", 0666);
  return share(
      resolve_mounts(order.mounts, order.termination_file.empty() ? "" : order.termination_file + ".subpaths"));
}

std::vector<std::string> large_logs(const log_order& order) {
  std::vector<std::string> out;
  struct stat s {};
  for (auto& [id, path] : order.logs)
    if (::stat(path.c_str(), &s) == 0 && static_cast<std::uint64_t>(s.st_size) > order.bytes_max) out.push_back(id);
  return out;
}

std::string first_too_large(const usage_order& order) {
  for (auto& d : order.directories)
    if (takes_more_than(d.path, d.bytes_max)) return d.name;
  return {};
}

} // namespace

disk_actor::behavior_type disk(stateful<disk_state, disk_actor::base>*) {
  return {
    [](write_atom, const shared<pod_order>& order) { return make_all(*order); },
    [](start_atom, const shared<container_order>& order) {
      return guarded<shared<resolved_mounts>>([&] { return make_container(*order); });
    },
    [](remove_atom, const std::string& directory, const std::string& logs) -> caf::result<void> {
      try {
        remove_tree(directory);
        std::error_code ignored;
        if (!logs.empty()) fs::remove_all(logs, ignored);
      } catch (const std::exception& e) {
        return make_error(errc::runtime_failed, e.what());
      }
      return caf::unit;
    },
    [](logs_atom, const shared<log_order>& order) { return large_logs(*order); },
    [](stats_atom, const shared<usage_order>& order) { return first_too_large(*order); },
    [](list_atom, const std::string& directory) {
      std::vector<std::string> out;
      std::error_code ignored;
      for (auto& entry : fs::directory_iterator(directory, ignored)) out.push_back(entry.path().filename().string());
      return out;
    },
  };
}

} // namespace troupe::actors::kubelet
