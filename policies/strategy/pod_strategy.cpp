#include "policies/strategy/kinds.hpp"
#include "policies/strategy/qos.hpp"

namespace troupe::policies::strategy {

namespace {

/// A term that names label keys selects pods with (or without) this pod's values of them.
void merge_label_keys(json::object& term, const json::object& labels) {
  if (!term.contains("labelSelector") || !term["labelSelector"].is_object()) return;
  for (auto [list, operation] : {std::pair{"matchLabelKeys", "In"}, {"mismatchLabelKeys", "NotIn"}}) {
    auto* keys = api::array_at(term, {list});
    if (!keys) continue;
    json::array added;
    for (auto& key : *keys)
      if (auto* name = key.if_string())
        if (auto* value = labels.if_contains(*name))
          added.push_back(json::object{{"key", *name}, {"operator", operation}, {"values", json::array{*value}}});
    auto& selector = term["labelSelector"].get_object();
    if (added.empty()) continue;
    if (!selector.contains("matchExpressions") || !selector["matchExpressions"].is_array())
      selector["matchExpressions"].emplace_array();
    for (auto& expression : added)
      selector["matchExpressions"].get_array().push_back(std::move(expression));
  }
}

void merge_affinity_keys(json::object& spec, const json::object& labels) {
  auto* affinity = spec.if_contains("affinity");
  if (!affinity || !affinity->is_object()) return;
  for (auto kind : {"podAffinity", "podAntiAffinity"}) {
    auto* rules = affinity->get_object().if_contains(kind);
    if (!rules || !rules->is_object()) continue;
    for (auto& list : rules->get_object()) {
      if (!list.value().is_array()) continue;
      for (auto& term : list.value().get_array()) {
        auto* object = term.if_object();
        if (object && object->contains("podAffinityTerm")) object = (*object)["podAffinityTerm"].if_object();
        if (object) merge_label_keys(*object, labels);
      }
    }
  }
}

} // namespace

void create_pod(json::object& body, const context& ctx) {
  static const json::object none;
  auto* spec = api::object_at(body, {"spec"});
  json::object status{{"phase", "Pending"}, {"qosClass", qos_class(spec ? *spec : none)}};
  if (auto* gates = api::array_at(body, {"spec", "schedulingGates"}); gates && !gates->empty())
    status["conditions"] =
        json::array{json::object{{"type", "PodScheduled"},
                                 {"status", "False"},
                                 {"reason", "SchedulingGated"},
                                 {"message", "Scheduling is blocked due to non-empty scheduling gates"},
                                 {"lastProbeTime", nullptr},
                                 {"lastTransitionTime", api::format_time(ctx.now)}}};
  body["status"] = std::move(status);
  if (!spec) return;
  auto labels = api::object_at(body, {"metadata", "labels"}) ? *api::object_at(body, {"metadata", "labels"}) : none;
  merge_affinity_keys(body["spec"].get_object(), labels);
}

void update_pod(std::string_view subresource, json::object& body, const json::object& old, const context&) {
  if (subresource == "status") {
    auto& metadata = body["metadata"].get_object();
    auto* before = api::object_at(old, {"metadata"});
    if (before) take(metadata, *before, "ownerReferences");
    auto& status = api::ensure_object(body, {"status"});
    if (auto* qos = api::find(old, {"status", "qosClass"}); qos && !status.contains("qosClass"))
      status["qosClass"] = *qos;
  } else if (subresource == "ephemeralcontainers") {
    auto* added = api::find(body, {"spec", "ephemeralContainers"});
    json::value containers = added ? *added : json::value();
    auto version = api::find(body, {"metadata", "resourceVersion"}) ? *api::find(body, {"metadata", "resourceVersion"})
                                                                    : json::value();
    body = old;
    if (!version.is_null()) api::set_at(body, {"metadata", "resourceVersion"}, std::move(version));
    if (containers.is_null())
      api::erase_at(body, {"spec", "ephemeralContainers"});
    else
      api::set_at(body, {"spec", "ephemeralContainers"}, std::move(containers));
  }
}

} // namespace troupe::policies::strategy
