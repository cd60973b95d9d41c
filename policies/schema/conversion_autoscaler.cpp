#include "policies/schema/conversion.hpp"
#include "policies/schema/decode.hpp"
#include "policies/schema/registry.hpp"
#include <span>
#include <string>

namespace troupe::policies::schema {

namespace {

constexpr std::string_view metrics_annotation = "autoscaling.alpha.kubernetes.io/metrics";
constexpr std::string_view current_annotation = "autoscaling.alpha.kubernetes.io/current-metrics";
constexpr std::string_view behavior_annotation = "autoscaling.alpha.kubernetes.io/behavior";
constexpr std::string_view conditions_annotation = "autoscaling.alpha.kubernetes.io/conditions";

/// Where one value lies in a metric of v2 (`inner` may be empty) and in the older form that the annotations hold.
struct place {
  std::string_view outer, inner, old;
};

constexpr place resource_spec[] = {{"name", "", "name"},
                                   {"target", "averageUtilization", "targetAverageUtilization"},
                                   {"target", "averageValue", "targetAverageValue"},
                                   {"container", "", "container"}};
constexpr place resource_status[] = {{"name", "", "name"},
                                     {"current", "averageUtilization", "currentAverageUtilization"},
                                     {"current", "averageValue", "currentAverageValue"},
                                     {"container", "", "container"}};
constexpr place pods_spec[] = {{"metric", "name", "metricName"},
                               {"metric", "selector", "selector"},
                               {"target", "averageValue", "targetAverageValue"}};
constexpr place pods_status[] = {{"metric", "name", "metricName"},
                                 {"metric", "selector", "selector"},
                                 {"current", "averageValue", "currentAverageValue"}};
constexpr place object_spec[] = {{"describedObject", "", "target"},
                                 {"metric", "name", "metricName"},
                                 {"metric", "selector", "selector"},
                                 {"target", "value", "targetValue"},
                                 {"target", "averageValue", "averageValue"}};
constexpr place object_status[] = {{"describedObject", "", "target"},
                                   {"metric", "name", "metricName"},
                                   {"metric", "selector", "selector"},
                                   {"current", "value", "currentValue"},
                                   {"current", "averageValue", "averageValue"}};
constexpr place external_spec[] = {{"metric", "name", "metricName"},
                                   {"metric", "selector", "metricSelector"},
                                   {"target", "value", "targetValue"},
                                   {"target", "averageValue", "targetAverageValue"}};
constexpr place external_status[] = {{"metric", "name", "metricName"},
                                     {"metric", "selector", "metricSelector"},
                                     {"current", "value", "currentValue"},
                                     {"current", "averageValue", "currentAverageValue"}};

/// The members of one kind of metric, for wanted values (spec) and observed ones (status).
struct metric_form {
  std::string_view member;
  std::span<const place> spec, status;
};

constexpr metric_form metric_forms[] = {
    {"resource", resource_spec, resource_status},
    {"containerResource", resource_spec, resource_status},
    {"pods", pods_spec, pods_status},
    {"object", object_spec, object_status},
    {"external", external_spec, external_status},
};

enum class side : bool { spec, status };

json::value metric_to_old(const json::value& metric, side which) {
  json::object out;
  out["type"] = api::string_at(metric, {"type"});
  for (auto& form : metric_forms)
    if (auto* body = api::object_at(metric, {form.member})) {
      auto& to = out[form.member].emplace_object();
      for (auto& p : which == side::spec ? form.spec : form.status)
        if (auto* value = p.inner.empty() ? body->if_contains(p.outer) : api::find(*body, {p.outer, p.inner}))
          to[p.old] = *value;
    }
  return out;
}

json::value metric_from_old(const json::value& metric, side which) {
  json::object out;
  out["type"] = api::string_at(metric, {"type"});
  for (auto& form : metric_forms)
    if (auto* body = api::object_at(metric, {form.member})) {
      auto& to = out[form.member].emplace_object();
      for (auto& p : which == side::spec ? form.spec : form.status)
        if (auto* value = body->if_contains(p.old)) {
          if (p.inner.empty())
            to[p.outer] = *value;
          else
            api::set_at(to, {p.outer, p.inner}, *value);
        }
      if (which == side::status) continue;
      auto& target = api::ensure_object(to, {"target"});
      target["type"] = target.contains("averageUtilization") ? "Utilization"
                       : target.contains("averageValue")     ? "AverageValue"
                                                             : "Value";
    }
  return out;
}

json::array convert_all(const json::array& from, side which, json::value (*one)(const json::value&, side)) {
  json::array out;
  for (auto& metric : from)
    out.push_back(one(metric, which));
  return out;
}

bool is_cpu_utilization(const json::value& metric, api::path number) {
  return api::string_at(metric, {"resource", "name"}) == "cpu" && api::find(metric, number);
}

/// Takes an annotation out of the object; null if it is missing or not the JSON of a list or object.
json::value take_annotation(json::object& body, std::string_view name) {
  auto* annotations = api::object_at(body, {"metadata", "annotations"});
  auto* text = annotations ? annotations->if_contains(name) : nullptr;
  if (!text) return nullptr;
  boost::system::error_code error;
  auto value = text->is_string() ? json::parse(text->get_string(), error) : json::value();
  api::erase_at(body, {"metadata", "annotations", name});
  return error ? json::value() : value;
}

void put_annotation(json::object& body, std::string_view name, const json::value& value) {
  api::ensure_object(body, {"metadata", "annotations"})[name] = json::serialize(value);
}

json::object finish(json::object body, std::string_view version) {
  body["apiVersion"] = "autoscaling/" + std::string(version);
  auto* type = registry::builtin().type({"autoscaling", std::string(version), "HorizontalPodAutoscaler"});
  return type ? to_wire(body, *type) : body;
}

} // namespace

json::object autoscaler_to_v2(json::object served) {
  auto metrics = take_annotation(served, metrics_annotation), current = take_annotation(served, current_annotation);
  auto behavior = take_annotation(served, behavior_annotation),
       conditions = take_annotation(served, conditions_annotation);
  auto& spec = api::ensure_object(served, {"spec"});
  json::array all;
  if (metrics.is_array()) all = convert_all(metrics.get_array(), side::spec, metric_from_old);
  if (auto* percent = spec.if_contains("targetCPUUtilizationPercentage"); percent && percent->is_number())
    all.insert(all.begin(), json::value{{"type", "Resource"},
                                        {"resource",
                                         {{"name", "cpu"},
                                          {"target", {{"type", "Utilization"}, {"averageUtilization", *percent}}}}}});
  spec.erase("targetCPUUtilizationPercentage");
  if (!all.empty()) spec["metrics"] = std::move(all);
  if (behavior.is_object()) spec["behavior"] = std::move(behavior);
  auto& status = api::ensure_object(served, {"status"});
  json::array observed;
  if (current.is_array()) observed = convert_all(current.get_array(), side::status, metric_from_old);
  if (auto* percent = status.if_contains("currentCPUUtilizationPercentage"); percent && percent->is_number())
    observed.insert(observed.begin(),
                    json::value{{"type", "Resource"},
                                {"resource", {{"name", "cpu"}, {"current", {{"averageUtilization", *percent}}}}}});
  status.erase("currentCPUUtilizationPercentage");
  if (!observed.empty()) status["currentMetrics"] = std::move(observed);
  if (conditions.is_array()) status["conditions"] = std::move(conditions);
  return finish(std::move(served), "v2");
}

json::object autoscaler_from_v2(json::object stored) {
  // The first CPU utilization has a field of its own; the other metrics go to the annotation, in their order.
  auto split = [&](api::path list, api::path number, std::string_view to, std::string_view annotation, side which) {
    auto* metrics = api::array_at(stored, list);
    if (!metrics) return;
    json::array others;
    json::value percent;
    for (auto& metric : *metrics) {
      if (percent.is_null() && is_cpu_utilization(metric, number))
        percent = *api::find(metric, number);
      else
        others.push_back(metric_to_old(metric, which));
    }
    auto& parent = api::ensure_object(stored, {*list.begin()});
    parent.erase(*(list.begin() + 1));
    if (!percent.is_null()) parent[to] = std::move(percent);
    if (!others.empty()) put_annotation(stored, annotation, others);
  };
  split({"spec", "metrics"}, {"resource", "target", "averageUtilization"}, "targetCPUUtilizationPercentage",
        metrics_annotation, side::spec);
  split({"status", "currentMetrics"}, {"resource", "current", "averageUtilization"}, "currentCPUUtilizationPercentage",
        current_annotation, side::status);
  if (auto* behavior = api::object_at(stored, {"spec", "behavior"})) {
    put_annotation(stored, behavior_annotation, json::value(*behavior));
    api::erase_at(stored, {"spec", "behavior"});
  }
  if (auto* conditions = api::array_at(stored, {"status", "conditions"}); conditions && !conditions->empty()) {
    put_annotation(stored, conditions_annotation, json::value(*conditions));
    api::erase_at(stored, {"status", "conditions"});
  }
  return finish(std::move(stored), "v1");
}

} // namespace troupe::policies::schema
