#include "policies/scheduling/pod_condition.hpp"

namespace troupe::policies::scheduling {

namespace {
using api::json::array;
using api::json::object;

const object* condition_of(const api::object& pod, std::string_view type) {
  if (auto* list = api::array_at(pod.status(), {"conditions"}))
    for (auto& c : *list)
      if (api::string_at(c, {"type"}) == type) return c.if_object();
  return nullptr;
}
} // namespace

std::optional<object> condition_patch(const api::object& pod, const refusal& why, api::time_point now) {
  object status;
  auto* known = condition_of(pod, "PodScheduled");
  bool was_false = known && api::string_at(*known, {"status"}) == "False";
  if (!was_false || api::string_at(*known, {"reason"}) != why.reason ||
      api::string_at(*known, {"message"}) != why.message) {
    object c{{"type", "PodScheduled"}, {"status", "False"}, {"reason", why.reason}, {"message", why.message}};
    c["lastProbeTime"] = nullptr;
    if (!was_false) c["lastTransitionTime"] = api::format_time(now);
    status["conditions"] = array{std::move(c)};
  }
  if (why.nominated_node && *why.nominated_node != api::string_at(pod.status(), {"nominatedNodeName"})) {
    if (why.nominated_node->empty())
      status["nominatedNodeName"] = nullptr;
    else
      status["nominatedNodeName"] = *why.nominated_node;
  }
  if (status.empty()) return std::nullopt;
  return object{{"metadata", object{{"uid", pod.uid()}}}, {"status", std::move(status)}};
}

object victim_patch(api::time_point now) {
  object c{{"type", "DisruptionTarget"},
           {"status", "True"},
           {"reason", "PreemptionByScheduler"},
           {"message", "default-scheduler: preempting to accommodate a higher priority pod"},
           {"lastTransitionTime", api::format_time(now)}};
  c["lastProbeTime"] = nullptr;
  return {{"status", object{{"conditions", array{std::move(c)}}}}};
}

object binding(const pod_info& pod, std::string_view node) {
  return {{"apiVersion", "v1"},
          {"kind", "Binding"},
          {"metadata", object{{"name", pod.key.name}, {"namespace", pod.key.ns}, {"uid", pod.uid}}},
          {"target", object{{"kind", "Node"}, {"name", node}}}};
}

} // namespace troupe::policies::scheduling
