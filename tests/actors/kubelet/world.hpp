#pragma once
#include "actors/apiserver/client.hpp"
#include "actors/directory/directory.hpp"
#include "actors/events/recorder.hpp"
#include "actors/kubelet/kubelet.hpp"
#include "tests/actors/kubelet/fake_cluster.hpp"
#include "tests/actors/kubelet/fake_runtime.hpp"
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace troupe::actors::kubelet::testing {

/// One kubelet in virtual time with a fake runtime, API and disk.
struct world : ::testing::Test {
  struct quiet_system : caf::actor_system_config {
    quiet_system() { set("scheduler.policy", caf::atom("testing")); }
  } cfg;
  caf::actor_system sys{cfg};
  caf::scheduler::test_coordinator& sched = dynamic_cast<caf::scheduler::test_coordinator&>(sys.scheduler());
  environment_ptr env = environment::simulated(1, sys, *api::parse_time("2026-11-22T16:00:00Z"));
  fake_runtime rt;
  fake_cluster cluster;
  std::map<std::string, std::vector<policies::node::volume_files>> volumes; ///< writes by volume name
  check_result check{true, ""};       ///< what network checks answer
  std::vector<network_check> checks;  ///< asked so far
  std::map<std::string, std::uint64_t> log_sizes; ///< by container id
  std::set<std::string> full;         ///< volumes that take more than their limits
  int looks = 0;                      ///< requests for sizes of logs or volumes
  directory::directory_actor dir;
  std::vector<caf::actor> actors;
  kubelet_config config;
  kubelet_inside agent;

  world();
  ~world() override;
  void start();                          ///< spawns the kubelet
  void kill_agent();                     ///< as a crash of the process: pods die with it, containers do not
  void run();
  void advance(std::chrono::milliseconds d);
  /// Binds a pod with one container "app" of image busybox to the node; `spec` overrides members.
  void create_pod(std::string_view spec = "{}", std::string name = "web");
  void change_pod(const std::string& name, const std::function<void(api::json::object&)>& change);
  void delete_pod(const std::string& name, std::int64_t grace = 30);
  [[nodiscard]] api::object_ptr pod(const std::string& name = "web") const;
  [[nodiscard]] std::string phase(const std::string& name = "web") const;
  [[nodiscard]] std::string condition(const std::string& type, const std::string& name = "web") const;
  [[nodiscard]] const api::json::object& status_of(const std::string& container = "app",
                                                   const std::string& name = "web") const;
  /// "reason: message" of all events about the pods so far, in order of their first report.
  [[nodiscard]] std::vector<std::string> events() const;
  [[nodiscard]] bool saw_event(const std::string& text) const;
};

} // namespace troupe::actors::kubelet::testing
