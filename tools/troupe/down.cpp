#include "actors/cluster/node.hpp"
#include "actors/kubelet/pod_files.hpp"
#include "actors/kubelet/pod_mounts.hpp"
#include "actors/network/purge.hpp"
#include "actors/proxy/purge.hpp"
#include "tools/troupe/instance.hpp"
#include "tools/troupe/run.hpp"
#include "tools/troupe/up.hpp"
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace troupe::tools {

namespace {

namespace json = api::json;
using actors::cluster::cluster_config;

constexpr int stop_limit_ms = 20'000;

/// Waits for the end of a process that is not our child; false after the limit.
bool gone(int pidfd, int limit_ms) {
  pollfd p{pidfd, POLLIN, 0};
  return poll(&p, 1, limit_ms) > 0;
}

bool stop(pid_t pid) {
  int pidfd = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  if (pidfd < 0) return errno == ESRCH;
  kill(pid, SIGTERM);
  bool ended = gone(pidfd, stop_limit_ms);
  if (!ended) {
    kill(pid, SIGKILL);
    ended = gone(pidfd, stop_limit_ms);
  }
  close(pidfd);
  return ended;
}

/// Ends what the stopped node has in the kernel; what could not be removed, one sentence each.
std::vector<std::string> clear_machine(const cluster_config& config, bool purge) {
  if (config.runtime != actors::cluster::runtime_kind::embedded || geteuid() != 0) return {};
  auto left = actors::runtime::purge(actors::cluster::runtime_config(config), purge);
  // Secrets and tokens lie on mounts of their own below the pods' directories; their content does not outlive the
  // pods.
  try {
    if (purge) actors::kubelet::remove_tree(config.data_dir + "/pods");
    else actors::kubelet::unmount_below(config.data_dir + "/pods");
  } catch (const std::exception& e) {
    left.emplace_back(fmt::format("{}/pods: {}", config.data_dir, e.what()));
  }
  for (auto& more : actors::proxy::purge(config.instance, config.dns_address)) left.push_back(std::move(more));
  for (auto& more : actors::network::purge(config.instance)) left.push_back(std::move(more));
  return left;
}

/// Only what a cluster made: a mistyped directory must not be emptied.
tl::expected<void, std::string> remove_data(const std::string& folder) {
  if (!std::filesystem::exists(folder + "/cluster.json"))
    return tl::make_unexpected(fmt::format("{} is not a cluster's data directory; nothing removed", folder));
  std::error_code error;
  std::filesystem::remove_all(folder, error);
  if (error) return tl::make_unexpected(fmt::format("remove {}: {}", folder, error.message()));
  return {};
}

std::string folder_of(const std::string& data_dir) {
  std::error_code error;
  return std::filesystem::weakly_canonical(data_dir, error).string();
}

} // namespace

int run_down(const std::string& data_dir, bool purge, output how) {
  auto folder = folder_of(data_dir);
  auto pid = running_in(folder);
  if (pid) {
    if (how == output::text) fmt::print("Stopping the node in {} (process {}) …\n", folder, *pid);
    if (!stop(*pid)) return complain(fmt::format("process {} does not end", *pid));
  }
  auto config = load_instance(folder);
  if (!config && !purge) return complain("there is no cluster in " + folder);
  std::vector<std::string> left;
  std::error_code error;
  if (config) {
    left = clear_machine(*config, purge);
    for (auto& what : left) fmt::print(stderr, "troupe: could not remove {}\n", what);
    std::filesystem::remove("/run/troupe/" + config->instance + ".json", error);
  }
  if (purge)
    if (auto removed = remove_data(folder); !removed) return complain(removed.error());
  if (how == output::text) {
    fmt::print("Stopped{}.\n", purge ? " and removed" : "");
  } else {
    json::array leftovers(left.begin(), left.end());
    json::object document{{"dataDir", folder}, {"wasRunning", pid.has_value()}, {"removed", purge},
                          {"leftovers", std::move(leftovers)}};
    fmt::print("{}\n", json::serialize(document));
  }
  return left.empty() ? 0 : 1;
}

int run_status(const std::string& data_dir, output how) {
  auto folder = folder_of(data_dir);
  auto pid = running_in(folder);
  if (how == output::json) {
    json::object document{{"dataDir", folder}, {"running", pid.has_value()}};
    if (pid) document["pid"] = *pid;
    if (auto config = load_instance(folder)) document["node"] = describe(*config);
    fmt::print("{}\n", json::serialize(document));
  } else if (pid) {
    fmt::print("running in {} (process {})\n", folder, *pid);
  } else {
    fmt::print("not running in {}\n", folder);
  }
  return pid ? 0 : 1;
}

} // namespace troupe::tools
