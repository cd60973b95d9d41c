#include "policies/node/pod_phase.hpp"
#include "policies/node/eviction.hpp"
#include "policies/node/pod_plan.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace troupe::policies::node {

namespace {

/// Counts of app containers by what their status shows.
struct app_counts {
  int waiting = 0, running = 0, stopped = 0, succeeded = 0;
};

app_counts count_apps(const std::vector<container_ref>& all, const pod_record& record) {
  app_counts n;
  for (auto& c : all) {
    if (c.kind != container_kind::app) continue;
    auto& r = record.of(c.name());
    if (r.running()) {
      ++n.running;
    } else if (r.exited()) {
      ++n.stopped;
      n.succeeded += r.waiting_reason.empty() && r.current->exit_code == 0;
    } else if (r.previous) {
      ++n.stopped;
    } else {
      ++n.waiting;
    }
  }
  return n;
}

bool anything_runs(const pod_record& record) {
  return std::any_of(record.containers.begin(), record.containers.end(), [](auto& c) { return c.second.running(); });
}

struct condition {
  std::string_view type;
  bool truth;
  std::string reason, message;
};

std::vector<std::string_view> names_where(const api::object& pod, const pod_record& record,
                                          bool (*wanted)(const container_ref&, const container_record&)) {
  std::vector<std::string_view> out;
  for (auto& c : containers_of(pod))
    if (wanted(c, record.of(c.name()))) out.push_back(c.name());
  return out;
}

condition initialized(const api::object& pod, const pod_record& record, std::string_view phase) {
  if (phase == "Succeeded") return {"Initialized", true, "PodCompleted", ""};
  if (is_initialized(pod, record)) return {"Initialized", true, "", ""};
  auto open = names_where(pod, record, [](const container_ref& c, const container_record& r) {
    if (c.kind == container_kind::sidecar) return !(r.running() && r.started);
    return c.kind == container_kind::init && !(r.exited() && r.current->exit_code == 0);
  });
  return {"Initialized", false, "ContainersNotInitialized",
          fmt::format("containers with incomplete status: [{}]", fmt::join(open, " "))};
}

condition containers_ready(const api::object& pod, const pod_record& record, std::string_view phase) {
  if (phase == "Succeeded") return {"ContainersReady", false, "PodCompleted", ""};
  if (phase == "Failed") return {"ContainersReady", false, "PodFailed", ""};
  auto unready = names_where(pod, record, [](const container_ref& c, const container_record& r) {
    return (c.kind == container_kind::app || c.kind == container_kind::sidecar) && !(r.running() && r.ready);
  });
  if (unready.empty()) return {"ContainersReady", true, "", ""};
  return {"ContainersReady", false, "ContainersNotReady",
          fmt::format("containers with unready status: [{}]", fmt::join(unready, " "))};
}

const api::json::object* present_condition(const api::object& pod, std::string_view type) {
  auto* all = api::array_at(pod.status(), {"conditions"});
  if (!all) return nullptr;
  for (auto& c : *all)
    if (api::string_at(c, {"type"}) == type) return c.if_object();
  return nullptr;
}

condition ready(const api::object& pod, const condition& containers) {
  if (!containers.truth) return {"Ready", false, containers.reason, containers.message};
  std::vector<std::string> open;
  if (auto* gates = api::array_at(pod.spec(), {"readinessGates"}))
    for (auto& g : *gates) {
      auto type = api::string_at(g, {"conditionType"});
      auto* c = present_condition(pod, type);
      if (!c)
        open.push_back(fmt::format("corresponding condition of pod readiness gate \"{}\" does not exist.", type));
      else if (auto status = api::string_at(*c, {"status"}); status != "True")
        open.push_back(fmt::format("the status of pod readiness gate \"{}\" is not \"True\", but {}", type, status));
    }
  if (open.empty()) return {"Ready", true, "", ""};
  return {"Ready", false, "ReadinessGatesNotReady", fmt::format("{}", fmt::join(open, ", "))};
}

api::json::object document(const api::object& pod, const condition& c, api::time_point now) {
  std::string_view status = c.truth ? "True" : "False";
  auto* before = present_condition(pod, c.type);
  bool same = before && api::string_at(*before, {"status"}) == status;
  api::json::object out{{"type", c.type}, {"status", status}, {"lastProbeTime", nullptr}};
  auto since = same ? api::string_at(*before, {"lastTransitionTime"}) : std::string_view{};
  out["lastTransitionTime"] = since.empty() ? api::format_time(now) : std::string(since);
  if (!c.reason.empty()) out["reason"] = c.reason;
  if (!c.message.empty()) out["message"] = c.message;
  return out;
}

} // namespace

std::string_view pod_phase(const api::object& pod, const pod_record& record) {
  if (!record.reason.empty()) return anything_runs(record) ? "Running" : "Failed";
  auto all = containers_of(pod);
  auto apps = count_apps(all, record);
  if (record.ending && !anything_runs(record))
    return apps.waiting == 0 && apps.stopped == apps.succeeded ? "Succeeded" : "Failed";
  auto policy = api::string_at(pod.spec(), {"restartPolicy"}, "Always");
  bool none_started = apps.running + apps.stopped == 0;
  if (none_started) {
    for (auto& c : all) {
      auto& r = record.of(c.name());
      if (c.kind == container_kind::init && r.exited() && r.current->exit_code != 0 && policy == "Never")
        return anything_runs(record) ? "Pending" : "Failed";
    }
    return "Pending";
  }
  if (apps.waiting > 0) return "Pending";
  if (apps.running > 0 || policy == "Always" || anything_runs(record)) return "Running";
  if (apps.stopped == apps.succeeded) return "Succeeded";
  return policy == "Never" ? "Failed" : "Running";
}

api::json::array pod_conditions(const api::object& pod, const pod_record& record, std::string_view phase,
                                api::time_point now) {
  auto containers = containers_ready(pod, record, phase);
  std::vector<condition> own{
    {"PodReadyToStartContainers", record.sandbox_ready, "", ""},
    initialized(pod, record, phase),
    ready(pod, containers),
    containers,
    {"PodScheduled", true, "", ""},
  };
  if (record.reason == evicted_reason)
    own.push_back({"DisruptionTarget", true, "TerminationByKubelet", record.message});
  api::json::array out;
  for (auto& c : own) out.push_back(document(pod, c, now));
  if (auto* all = api::array_at(pod.status(), {"conditions"}))
    for (auto& c : *all) {
      auto type = api::string_at(c, {"type"});
      if (std::none_of(own.begin(), own.end(), [&](auto& o) { return o.type == type; })) out.push_back(c);
    }
  return out;
}

} // namespace troupe::policies::node
