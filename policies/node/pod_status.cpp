#include "policies/node/pod_status.hpp"
#include "policies/node/pod_phase.hpp"
#include "policies/node/resources.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::policies::node {

namespace {

constexpr std::string_view id_scheme = "troupe://";

api::json::object terminated(const container_run& run) {
  api::json::object t{{"exitCode", run.exit_code}};
  t["reason"] = !run.reason.empty() ? run.reason : run.exit_code == 0 ? "Completed" : "Error";
  if (!run.message.empty()) t["message"] = run.message;
  // A run that never started shows null, as Kubernetes' zero time.
  t["startedAt"] =
      run.started == api::time_point{} ? api::json::value(nullptr) : api::json::value(api::format_time(run.started));
  t["finishedAt"] =
      run.finished == api::time_point{} ? api::json::value(nullptr) : api::json::value(api::format_time(run.finished));
  if (!run.id.empty()) t["containerID"] = fmt::format("{}{}", id_scheme, run.id);
  return {{"terminated", std::move(t)}};
}

api::json::object waiting(std::string_view reason, std::string_view message) {
  api::json::object w{{"reason", reason}};
  if (!message.empty()) w["message"] = message;
  return {{"waiting", std::move(w)}};
}

std::string_view default_waiting(const api::object& pod, container_kind kind) {
  auto* init = api::array_at(pod.spec(), {"initContainers"});
  bool has_init = init && !init->empty();
  return has_init && kind != container_kind::ephemeral ? "PodInitializing" : "ContainerCreating";
}

api::json::array volume_mounts(const api::json::object& container) {
  api::json::array out;
  auto* mounts = api::array_at(container, {"volumeMounts"});
  if (!mounts) return out;
  for (auto& m : *mounts) {
    api::json::object entry{{"name", api::string_at(m, {"name"})}, {"mountPath", api::string_at(m, {"mountPath"})}};
    if (api::bool_at(m, {"readOnly"})) {
      entry["readOnly"] = true;
      entry["recursiveReadOnly"] = "Disabled";
    }
    out.push_back(std::move(entry));
  }
  return out;
}

api::json::array addresses(const std::vector<std::string>& ips) {
  api::json::array out;
  for (auto& ip : ips) out.push_back(api::json::object{{"ip", ip}});
  return out;
}

void set_lists(const api::object& pod, const pod_record& record, api::json::object& status) {
  struct entry {
    std::string_view name;
    api::json::object document;
  };
  std::vector<entry> init, apps, ephemeral;
  for (auto& c : containers_of(pod)) {
    auto& list = c.kind == container_kind::app ? apps : c.kind == container_kind::ephemeral ? ephemeral : init;
    list.push_back({c.name(), container_status(pod, c, record.of(c.name()))});
  }
  auto put = [&](const char* name, std::vector<entry>& list, bool sorted) {
    status.erase(name);
    if (list.empty()) return;
    if (sorted) std::sort(list.begin(), list.end(), [](auto& a, auto& b) { return a.name < b.name; });
    api::json::array out;
    for (auto& e : list) out.push_back(std::move(e.document));
    status[name] = std::move(out);
  };
  put("initContainerStatuses", init, false);
  put("containerStatuses", apps, true);
  put("ephemeralContainerStatuses", ephemeral, true);
}

} // namespace

api::json::object container_status(const api::object& pod, const container_ref& container, const container_record& r) {
  api::json::object s{{"name", container.name()}};
  api::json::object last;
  const container_run* shown = r.current ? &*r.current : nullptr;
  if (r.running()) {
    s["state"] = {{"running", {{"startedAt", api::format_time(r.current->started)}}}};
  } else if (!r.waiting_reason.empty()) {
    s["state"] = waiting(r.waiting_reason, r.waiting_message);
  } else if (r.exited()) {
    s["state"] = terminated(*r.current);
  } else {
    s["state"] = waiting(default_waiting(pod, container.kind), "");
  }
  if (r.exited() && !r.waiting_reason.empty())
    last = terminated(*r.current);
  else if (r.previous)
    last = terminated(*r.previous);
  s["lastState"] = std::move(last);
  if (shown && shown->state == run_state::created && r.previous) shown = &*r.previous;
  bool done_init = container.kind == container_kind::init && r.exited() && r.current->exit_code == 0;
  s["ready"] = done_init || (r.running() && r.ready);
  s["restartCount"] = r.current ? r.current->attempt : 0;
  s["image"] = api::string_at(*container.spec, {"image"});
  s["imageID"] = shown ? shown->image_id : std::string();
  if (shown && !shown->id.empty()) s["containerID"] = fmt::format("{}{}", id_scheme, shown->id);
  s["started"] = r.running() && r.started;
  auto mounts = volume_mounts(*container.spec);
  if (!mounts.empty()) s["volumeMounts"] = std::move(mounts);
  return s;
}

namespace {

/// A pod that is over shows no container that still waits.
pod_record ended_record(const api::object& pod, pod_record record) {
  for (auto& c : containers_of(pod)) {
    auto& r = record.containers[std::string(c.name())];
    r.waiting_reason.clear();
    if (r.exited()) continue;
    container_run lost;
    lost.state = run_state::exited;
    lost.exit_code = 137;
    lost.reason = "ContainerStatusUnknown";
    lost.message = "The container could not be located when the pod was terminated";
    if (r.current) lost.attempt = r.current->attempt;
    r.current = lost;
  }
  return record;
}

} // namespace

api::json::object pod_status(const api::object& pod, const pod_record& present, api::time_point now) {
  api::json::object s = pod.status();
  auto phase = pod_phase(pod, present);
  bool over = present.ending && (phase == "Succeeded" || phase == "Failed");
  auto without_waiters = over ? ended_record(pod, present) : pod_record{};
  auto& record = over ? without_waiters : present;
  s["phase"] = phase;
  s["conditions"] = pod_conditions(pod, record, phase, now);
  auto text = [&](const char* name, const std::string& value) {
    if (value.empty())
      s.erase(name);
    else
      s[name] = value;
  };
  text("reason", record.reason);
  text("message", record.message);
  text("hostIP", record.host_ips.empty() ? "" : record.host_ips.front());
  if (!record.host_ips.empty()) s["hostIPs"] = addresses(record.host_ips);
  // A pod that ended keeps the address that it had.
  if (!record.ips.empty()) {
    s["podIP"] = record.ips.front();
    s["podIPs"] = addresses(record.ips);
  }
  if (record.start_time != api::time_point{}) s["startTime"] = api::format_time(record.start_time);
  set_lists(pod, record, s);
  s["qosClass"] = qos_text(qos_of(pod));
  return s;
}

namespace {

container_run run_from(const api::json::object& t, std::uint32_t attempt) {
  container_run run;
  run.state = run_state::exited;
  run.attempt = attempt;
  run.exit_code = static_cast<std::int32_t>(api::int_at(t, {"exitCode"}));
  run.reason = api::string_at(t, {"reason"});
  run.message = api::string_at(t, {"message"});
  run.started = api::parse_time(api::string_at(t, {"startedAt"})).value_or(api::time_point{});
  run.finished = api::parse_time(api::string_at(t, {"finishedAt"})).value_or(api::time_point{});
  auto id = api::string_at(t, {"containerID"});
  if (id.starts_with(id_scheme)) id.remove_prefix(id_scheme.size());
  run.id = id;
  return run;
}

container_run lost_run(const api::json::object& status, std::uint32_t attempt) {
  auto id = api::string_at(status, {"containerID"});
  if (id.starts_with(id_scheme)) id.remove_prefix(id_scheme.size());
  container_run run;
  run.state = run_state::exited;
  run.attempt = attempt;
  run.exit_code = 137;
  run.reason = "ContainerStatusUnknown";
  run.message = "The container could not be located when the pod was terminated";
  run.id = id;
  return run;
}

} // namespace

pod_record record_of(const api::object& pod) {
  pod_record record;
  record.start_time = api::parse_time(api::string_at(pod.status(), {"startTime"})).value_or(api::time_point{});
  if (api::string_at(pod.status(), {"phase"}) == "Failed") {
    record.reason = api::string_at(pod.status(), {"reason"});
    record.message = api::string_at(pod.status(), {"message"});
  }
  if (auto ip = api::string_at(pod.status(), {"podIP"}); !ip.empty()) record.ips.emplace_back(ip);
  for (std::string_view list : {"initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"}) {
    auto* all = api::array_at(pod.status(), {list});
    if (!all) continue;
    for (auto& value : *all) {
      auto* s = value.if_object();
      if (!s) continue;
      auto& r = record.containers[std::string(api::string_at(*s, {"name"}))];
      auto attempt = static_cast<std::uint32_t>(std::max<std::int64_t>(0, api::int_at(*s, {"restartCount"})));
      auto* ended = api::object_at(*s, {"state", "terminated"});
      auto* before = api::object_at(*s, {"lastState", "terminated"});
      if (ended) {
        r.current = run_from(*ended, attempt);
      } else if (api::object_at(*s, {"state", "running"})) {
        r.current = lost_run(*s, attempt);
      } else if (before) {
        r.current = run_from(*before, attempt);
        before = nullptr;
      }
      if (r.current) r.current->image_id = api::string_at(*s, {"imageID"});
      if (before && attempt > 0) r.previous = run_from(*before, attempt - 1);
    }
  }
  return record;
}

} // namespace troupe::policies::node
