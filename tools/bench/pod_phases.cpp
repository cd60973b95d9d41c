#include "tools/bench/pod_phases.hpp"
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <string_view>

namespace troupe::tools::bench {

pod_phases phases_of(const api::json::object& pod) {
  pod_phases out;
  out.scheduled = !api::string_at(pod, {"spec", "nodeName"}).empty();
  const auto phase = api::string_at(pod, {"status", "phase"});
  out.running = phase == "Running";
  out.over = phase == "Succeeded" || phase == "Failed";
  if (const auto* conditions = api::array_at(pod, {"status", "conditions"}))
    for (const auto& c : *conditions) {
      const auto type = api::string_at(c, {"type"}), status = api::string_at(c, {"status"});
      if (type == "Ready") out.ready = status == "True";
      if (type == "PodScheduled" && status == "False")
        out.problem = fmt::format("{}: {}", api::string_at(c, {"reason"}), api::string_at(c, {"message"}));
    }
  constexpr std::array<std::string_view, 6> hopeless{
      "ErrImagePull",     "ImagePullBackOff",           "ErrImageNeverPull",
      "InvalidImageName", "CreateContainerConfigError", "CrashLoopBackOff"};
  if (const auto* containers = api::array_at(pod, {"status", "containerStatuses"}))
    for (const auto& c : *containers) {
      const auto reason = api::string_at(c, {"state", "waiting", "reason"});
      if (std::find(hopeless.begin(), hopeless.end(), reason) == hopeless.end()) continue;
      out.over = true;
      out.problem = fmt::format("{}: {}", reason, api::string_at(c, {"state", "waiting", "message"}));
    }
  return out;
}

} // namespace troupe::tools::bench
