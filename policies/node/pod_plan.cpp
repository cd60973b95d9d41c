#include "policies/node/pod_plan.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::policies::node {

namespace {

std::string_view restart_policy(const api::object& pod) {
  return api::string_at(pod.spec(), {"restartPolicy"}, "Always");
}

bool any_app_was_started(const api::object& pod, const pod_record& record) {
  for (auto& c : containers_of(pod))
    if (auto& r = record.of(c.name()); c.kind == container_kind::app && r.current && !r.stale) return true;
  return false;
}

/// Adds the start of a container that has no run or whose run ended, or its wait.
void start_or_wait(const api::object& pod, const container_ref& c, const pod_record& record, api::time_point now,
                   pod_plan& plan) {
  auto& r = record.of(c.name());
  auto wake_at = [&](api::time_point t) { plan.wake = plan.wake ? std::min(*plan.wake, t) : t; };
  if (r.busy) return;
  if (r.hold_until > now) return wake_at(r.hold_until);
  if (r.exited()) {
    auto due = r.crash.due(r.current->finished);
    if (due > now) {
      plan.waits.push_back({std::string(c.name()), "CrashLoopBackOff", crash_text(pod, c.name(), r.crash.delay)});
      wake_at(due);
      return;
    }
  }
  // A created run that was never started comes from a failed start: it is tried again as the same attempt.
  auto attempt = r.current ? r.current->attempt + (r.exited() ? 1 : 0) : 0;
  plan.starts.push_back({std::string(c.name()), attempt, r.exited()});
}

/// Init containers and sidecars; true when the app containers may start.
bool plan_init(const api::object& pod, const std::vector<container_ref>& all, const pod_record& record,
               api::time_point now, pod_plan& plan) {
  bool apps_started = any_app_was_started(pod, record);
  for (auto& c : all) {
    auto& r = record.of(c.name());
    if (c.kind == container_kind::sidecar) {
      if (!r.running()) start_or_wait(pod, c, record, now, plan);
      if (!apps_started && !(r.running() && r.started)) return false;
    } else if (c.kind == container_kind::init && !apps_started) {
      if (r.exited() && r.current->exit_code == 0 && !r.stale) continue;
      if (!r.running()) start_or_wait(pod, c, record, now, plan);
      return false;
    }
  }
  return true;
}

} // namespace

std::string crash_text(const api::object& pod, std::string_view container, api::duration delay) {
  return fmt::format("back-off {} restarting failed container={} pod={}", go_duration(delay), container,
                     pod_text(pod));
}

bool restarts(const api::object& pod, const container_ref& container, const container_run& exited) {
  auto policy = restart_policy(pod);
  switch (container.kind) {
    case container_kind::sidecar: return true;
    case container_kind::ephemeral: return false;
    case container_kind::init: return exited.exit_code != 0 && policy != "Never";
    case container_kind::app: return policy == "Always" || (policy == "OnFailure" && exited.exit_code != 0);
  }
  return false;
}

bool is_finished(const api::object& pod, const pod_record& record) {
  if (!record.reason.empty()) return true;
  auto all = containers_of(pod);
  bool apps_started = any_app_was_started(pod, record);
  for (auto& c : all) {
    auto& r = record.of(c.name());
    if (c.kind == container_kind::init && !apps_started && r.exited() && r.current->exit_code != 0 &&
        !restarts(pod, c, *r.current))
      return true;
  }
  return std::all_of(all.begin(), all.end(), [&](auto& c) {
    if (c.kind != container_kind::app) return true;
    auto& r = record.of(c.name());
    return r.exited() && !restarts(pod, c, *r.current);
  });
}

bool is_initialized(const api::object& pod, const pod_record& record) {
  if (any_app_was_started(pod, record)) return true;
  for (auto& c : containers_of(pod)) {
    auto& r = record.of(c.name());
    if (c.kind == container_kind::init && !(r.exited() && r.current->exit_code == 0 && !r.stale)) return false;
    if (c.kind == container_kind::sidecar && !(r.running() && r.started)) return false;
  }
  return true;
}

pod_plan plan_pod(const api::object& pod, const pod_record& record, api::time_point now) {
  pod_plan plan;
  if (record.sandbox_busy) return plan;
  auto all = containers_of(pod);
  if (is_finished(pod, record)) {
    plan.finished = true;
    for (auto c = all.rbegin(); c != all.rend(); ++c)
      if (record.of(c->name()).running()) plan.kills.emplace_back(c->name());
    return plan;
  }
  if (!record.sandbox_ready) {
    plan.make_sandbox = record.sandbox_hold_until <= now;
    if (!plan.make_sandbox) plan.wake = record.sandbox_hold_until;
    return plan;
  }
  bool initialized = plan_init(pod, all, record, now, plan);
  for (auto& c : all) {
    auto& r = record.of(c.name());
    bool due = c.kind == container_kind::ephemeral || (initialized && c.kind == container_kind::app);
    if (!due || r.running()) continue;
    if (!r.exited() || restarts(pod, c, *r.current)) start_or_wait(pod, c, record, now, plan);
  }
  return plan;
}

} // namespace troupe::policies::node
