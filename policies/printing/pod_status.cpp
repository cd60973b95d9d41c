#include "policies/printing/pod_status.hpp"
#include "policies/printing/cells.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <optional>

namespace troupe::policies::printing {

namespace {

using api::array_at, api::bool_at, api::int_at, api::object_at, api::string_at;

/// Restarts and when the last of them was.
struct restarts {
  std::int64_t count = 0;
  std::optional<api::time_point> last;

  void add(const json::value& container) {
    count += int_at(container, {"restartCount"});
    auto finished = api::parse_time(string_at(container, {"lastState", "terminated", "finishedAt"}));
    if (finished && (!last || *finished > *last)) last = finished;
  }
};

std::string terminated_word(const json::value& container) {
  if (auto reason = string_at(container, {"state", "terminated", "reason"}); !reason.empty())
    return std::string(reason);
  if (auto signal = int_at(container, {"state", "terminated", "signal"}); signal != 0)
    return fmt::format("Signal:{}", signal);
  return fmt::format("ExitCode:{}", int_at(container, {"state", "terminated", "exitCode"}));
}

bool restartable(const json::array* containers, std::string_view name) {
  return containers && std::ranges::any_of(*containers, [&](auto& c) {
           return string_at(c, {"name"}) == name && string_at(c, {"restartPolicy"}) == "Always";
         });
}

class summary {
public:
  summary(const json::object& pod, api::time_point now)
    : pod_(pod), now_(now), init_containers_(array_at(pod, {"spec", "initContainers"})) {
    out_.total = count_at(pod, {"spec", "containers"});
    if (init_containers_)
      for (auto& c : *init_containers_) out_.total += string_at(c, {"restartPolicy"}) == "Always" ? 1 : 0;
    out_.word = string_at(pod, {"status", "phase"});
    if (auto reason = string_at(pod, {"status", "reason"}); !reason.empty()) out_.word = reason;
    auto* scheduled = condition(pod, "PodScheduled");
    if (scheduled && string_at(*scheduled, {"reason"}) == "SchedulingGated") out_.word = "SchedulingGated";
  }

  pod_status make() {
    bool initializing = walk_init_containers();
    auto* initialized = condition(pod_, "Initialized");
    if (!initializing || (initialized && string_at(*initialized, {"status"}) == "True")) walk_containers();
    if (api::find(pod_, {"metadata", "deletionTimestamp"})) {
      auto phase = string_at(pod_, {"status", "phase"});
      if (string_at(pod_, {"status", "reason"}) == "NodeLost") out_.word = "Unknown";
      else if (phase != "Succeeded" && phase != "Failed") out_.word = "Terminating";
    }
    out_.restarts = std::to_string(restarts_.count);
    if (restarts_.count != 0 && restarts_.last)
      out_.restarts += fmt::format(" ({} ago)", api::human_duration(now_ - *restarts_.last));
    return std::move(out_);
  }

private:
  /// True if an init container is still at work; then its state is the word of the pod.
  bool walk_init_containers() {
    auto* statuses = array_at(pod_, {"status", "initContainerStatuses"});
    if (!statuses) return false;
    for (std::size_t i = 0; i < statuses->size(); ++i) {
      auto& c = (*statuses)[i];
      restarts_.add(c);
      bool stays = restartable(init_containers_, string_at(c, {"name"}));
      if (stays) stayers_.add(c);
      auto* ended = object_at(c, {"state", "terminated"});
      if (ended && int_at(*ended, {"exitCode"}) == 0) continue;
      if (stays && bool_at(c, {"started"})) {
        if (bool_at(c, {"ready"})) ++out_.ready;
        continue;
      }
      auto waiting = string_at(c, {"state", "waiting", "reason"});
      if (ended) out_.word = "Init:" + terminated_word(c);
      else if (!waiting.empty() && waiting != "PodInitializing") out_.word = fmt::format("Init:{}", waiting);
      else out_.word = fmt::format("Init:{}/{}", i, init_containers_ ? init_containers_->size() : 0);
      return true;
    }
    return false;
  }

  void walk_containers() {
    restarts_ = stayers_;
    bool running = false;
    auto* statuses = array_at(pod_, {"status", "containerStatuses"});
    for (std::size_t i = statuses ? statuses->size() : 0; i-- > 0;) {
      auto& c = (*statuses)[i];
      restarts_.add(c);
      if (auto waiting = string_at(c, {"state", "waiting", "reason"}); !waiting.empty()) {
        out_.word = waiting;
      } else if (object_at(c, {"state", "terminated"})) {
        out_.word = terminated_word(c);
      } else if (bool_at(c, {"ready"}) && object_at(c, {"state", "running"})) {
        running = true;
        ++out_.ready;
      }
    }
    // One container has completed while others go on.
    if (out_.word == "Completed" && running) {
      auto* ready = condition(pod_, "Ready");
      out_.word = ready && string_at(*ready, {"status"}) == "True" ? "Running" : "NotReady";
    }
  }

  const json::object& pod_;
  api::time_point now_;
  const json::array* init_containers_;
  pod_status out_;
  restarts restarts_;
  restarts stayers_; ///< of the restartable init containers alone
};

} // namespace

pod_status summarize_pod(const json::object& pod, api::time_point now) { return summary(pod, now).make(); }

} // namespace troupe::policies::printing
