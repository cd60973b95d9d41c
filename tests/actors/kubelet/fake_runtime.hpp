#pragma once
#include "actors/base/environment.hpp"
#include "actors/base/spawn.hpp"
#include "actors/runtime/interface.hpp"
#include <map>
#include <set>
#include <string>
#include <vector>

namespace troupe::actors::kubelet::testing {

/// A runtime whose containers do what the test says. The test reads and writes the members between runs.
struct fake_runtime {
  environment_ptr env;
  std::map<std::string, runtime::sandbox_status> sandboxes;
  std::map<std::string, runtime::container_status> containers;
  std::set<std::string> images{"busybox"};        ///< present
  std::map<std::string, std::string> pull_errors; ///< by image; others are pulled
  std::string run_error, create_error, start_error; ///< texts of the next failures; taken when used
  std::map<std::string, runtime::exec_result> exec_results; ///< by first word of the command; others succeed
  std::set<std::string> stubborn;                 ///< containers that only die by KILL when their grace is over
  std::vector<std::string> log;                   ///< verbs in order: "run web", "create web/app/0", …
  std::vector<caf::actor> watchers;
  int ids = 0;
  runtime::session_request last_session;

  /// The newest container of that name, or null.
  runtime::container_status* find(const std::string& container);
  /// Ends a container and tells the watchers.
  void end(runtime::container_status& c, int code, std::string reason = {});
  /// What holds the pod's sandbox together dies. Its containers are the test's to end.
  void break_sandbox(const std::string& pod);
  void tell(runtime::container_event::kind what, const runtime::container_status& c);
  [[nodiscard]] int count(const std::string& verb) const;
};

[[nodiscard]] runtime::handles spawn_fake_runtime(caf::actor_system& system, fake_runtime* data);

} // namespace troupe::actors::kubelet::testing
