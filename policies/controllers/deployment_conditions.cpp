#include "policies/controllers/deployment_conditions.hpp"
#include "policies/controllers/condition.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::policies::controllers {

namespace {

using api::int_at, api::string_at;

constexpr std::string_view progressing = "Progressing";

void set(deployment_state& s, condition_change change) {
  set_condition(s.status, change, s.now, update_time::present);
}

/// "ReplicaSet "x" …", or the deployment itself while there is no set.
std::string subject(deployment_state& s) {
  return s.new_set() ? fmt::format("ReplicaSet \"{}\"", s.new_set()->name())
                     : fmt::format("Deployment \"{}\"", s.deployment->name());
}

bool moved(const json::object& before, const json::object& after) {
  auto grew = [&](std::string_view member) { return int_at(after, {member}) > int_at(before, {member}); };
  auto old_ones = [](const json::object& s) { return int_at(s, {"replicas"}) - int_at(s, {"updatedReplicas"}); };
  return grew("updatedReplicas") || grew("readyReplicas") || grew("availableReplicas") ||
         old_ones(after) < old_ones(before);
}

std::optional<api::time_point> last_update(const json::object& status) {
  auto* c = condition(status, progressing);
  return c ? api::parse_time(string_at(*c, {"lastUpdateTime"})) : std::nullopt;
}

bool timed_out(const deployment_state& s, std::int64_t deadline_seconds) {
  auto reason = condition_reason(s.status, progressing);
  if (reason.empty() || reason == "NewReplicaSetAvailable") return false;
  if (reason == "ProgressDeadlineExceeded") return true;
  auto from = last_update(s.status);
  return from && *from + std::chrono::seconds(deadline_seconds) < s.now;
}

/// Movement refreshes the condition's update time even where nothing else of it changes.
void set_moving(deployment_state& s) {
  condition_change change{"Progressing", "True", "ReplicaSetUpdated", subject(s) + " is progressing."};
  std::string since;
  if (auto* c = condition(s.status, progressing); c && string_at(*c, {"status"}) == "True")
    since = string_at(*c, {"lastTransitionTime"});
  remove_condition(s.status, progressing);
  set(s, change);
  if (!since.empty()) s.status["conditions"].as_array().back().as_object()["lastTransitionTime"] = since;
}

void take_over_failures(deployment_state& s) {
  const json::object* failure = nullptr;
  for (auto& x : s.sets)
    if (auto* c = x.object ? condition(x.object->status(), "ReplicaFailure") : nullptr)
      if (!failure || &x == s.new_set()) failure = c;
  if (!failure) {
    remove_condition(s.status, "ReplicaFailure");
    return;
  }
  set(s, {"ReplicaFailure", std::string(string_at(*failure, {"status"})), std::string(string_at(*failure, {"reason"})),
          std::string(string_at(*failure, {"message"}))});
}

} // namespace

void note_pause(deployment_state& s) {
  auto reason = condition_reason(s.status, progressing);
  if (!s.progress_deadline_seconds() || reason == "ProgressDeadlineExceeded") return;
  if (s.paused && reason != "DeploymentPaused")
    set(s, {"Progressing", "Unknown", "DeploymentPaused", "Deployment is paused"});
  else if (!s.paused && reason == "DeploymentPaused")
    set(s, {"Progressing", "Unknown", "DeploymentResumed", "Deployment is resumed"});
}

bool is_complete(const deployment_state& s, const json::object& status) {
  return int_at(status, {"updatedReplicas"}) == s.replicas && int_at(status, {"replicas"}) == s.replicas &&
         int_at(status, {"availableReplicas"}) == s.replicas &&
         int_at(status, {"observedGeneration"}) >= s.deployment->generation();
}

void count_status(deployment_state& s) {
  std::int64_t actual = 0, ready = 0;
  for (auto& x : s.sets) {
    actual += x.actual;
    ready += x.ready;
  }
  auto available = s.total_available();
  s.status["observedGeneration"] = s.deployment->generation();
  s.status["replicas"] = actual;
  s.status["updatedReplicas"] = s.new_set() ? s.new_set()->actual : 0;
  s.status["readyReplicas"] = ready;
  s.status["availableReplicas"] = available;
  s.status["unavailableReplicas"] = std::max<std::int64_t>(0, s.total_replicas() - available);
  if (available >= s.replicas - s.max_unavailable)
    set(s, {"Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability."});
  else
    set(s, {"Available", "False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability."});
}

std::optional<api::duration> judge_progress(deployment_state& s) {
  auto deadline = s.progress_deadline_seconds();
  if (!deadline) remove_condition(s.status, progressing);
  bool was_complete = int_at(s.status, {"replicas"}) == int_at(s.status, {"updatedReplicas"}) &&
                      condition_reason(s.status, progressing) == "NewReplicaSetAvailable";
  if (deadline && !was_complete) {
    if (is_complete(s, s.status))
      set(s, {"Progressing", "True", "NewReplicaSetAvailable", subject(s) + " has successfully progressed."});
    else if (moved(s.deployment->status(), s.status)) set_moving(s);
    else if (timed_out(s, *deadline))
      set(s, {"Progressing", "False", "ProgressDeadlineExceeded", subject(s) + " has timed out progressing."});
  }
  take_over_failures(s);
  auto from = last_update(s.status);
  if (!deadline || !from || is_complete(s, s.status) ||
      condition_reason(s.status, progressing) == "ProgressDeadlineExceeded")
    return std::nullopt;
  auto left = *from + std::chrono::seconds(*deadline) - s.now;
  return std::max<api::duration>(left, api::duration::zero()) + std::chrono::seconds(1);
}

} // namespace troupe::policies::controllers
