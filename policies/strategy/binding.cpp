#include "policies/strategy/binding.hpp"
#include "policies/mutations/mutations.hpp"
#include <fmt/format.h>

namespace troupe::policies::strategy {

namespace json = api::json;

namespace {

using mutations::bug;
/// Copies labels or annotations of the binding onto the pod.
void merge_map(json::object& metadata, const json::object& binding, std::string_view name) {
  auto* added = api::object_at(binding, {"metadata", name});
  if (!added || added->empty()) return;
  auto& target = api::ensure_object(metadata, {name});
  for (auto& member : *added)
    target[member.key()] = member.value();
}

void set_scheduled(json::object& body, api::time_point now) {
  auto& status = api::ensure_object(body, {"status"});
  if (!status.contains("conditions") || !status["conditions"].is_array()) status["conditions"].emplace_array();
  auto& conditions = status["conditions"].get_array();
  json::object scheduled{{"type", "PodScheduled"},
                         {"status", "True"},
                         {"lastProbeTime", nullptr},
                         {"lastTransitionTime", api::format_time(now)}};
  for (auto& condition : conditions) {
    if (api::string_at(condition, {"type"}) != "PodScheduled") continue;
    if (api::string_at(condition, {"status"}) == "True")
      if (auto* since = api::find(condition, {"lastTransitionTime"}))
        scheduled["lastTransitionTime"] = json::value(*since);
    condition = std::move(scheduled);
    return;
  }
  conditions.push_back(std::move(scheduled));
}

} // namespace

api::result<json::object> bind_pod(const api::object& pod, const json::object& binding, api::time_point now) {
  const api::group_resource type{"", "pods/binding"};
  auto refuse = [&](std::string why) { return api::failure(api::conflict(type, pod.name(), why)); };
  auto name = api::string_at(binding, {"metadata", "name"});
  if (!name.empty() && name != pod.name())
    return api::failure(api::bad_request("name in URL does not match name in Binding object"));
  for (auto [member, what] : {std::pair{"uid", "UID"}, {"resourceVersion", "ResourceVersion"}}) {
    auto wanted = api::string_at(binding, {"metadata", member}), actual = api::string_at(pod.metadata(), {member});
    if (!wanted.empty() && wanted != actual)
      return refuse(
          fmt::format("Precondition failed: {0} in precondition: {1}, {0} in object meta: {2}", what, wanted, actual));
  }
  if (pod.deleting()) return refuse(fmt::format("pod {} is being deleted, cannot be assigned to a host", pod.name()));
  if (auto node = api::string_at(pod.spec(), {"nodeName"}); !node.empty() && !active(bug::double_binding))
    return refuse(fmt::format("pod {} is already assigned to node \"{}\"", pod.name(), node));
  if (auto* gates = api::array_at(pod.spec(), {"schedulingGates"}); gates && !gates->empty())
    return refuse(fmt::format("pod {} has non-empty .spec.schedulingGates", pod.name()));
  auto body = pod.body();
  api::set_at(body, {"spec", "nodeName"}, json::value(api::string_at(binding, {"target", "name"})));
  auto& metadata = body["metadata"].get_object();
  merge_map(metadata, binding, "annotations");
  set_scheduled(body, now);
  return body;
}

} // namespace troupe::policies::strategy
