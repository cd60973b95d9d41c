#include "policies/api/quantity.hpp"
#include "policies/validation/kinds.hpp"
#include <fmt/format.h>

namespace troupe::policies::validation {

namespace {

constexpr field_path root("spec");
constexpr std::int64_t window_max = 3600, period_max = 1800;

void check_positive_amount(report& out, const field_path& at, const json::object& target, std::string_view name) {
  if (absent(target, name)) return;
  auto text = api::string_at(target, {name});
  auto amount = api::quantity::parse(text);
  if (!amount || amount->negative() || amount->zero()) out.invalid(at / name, text, "must be positive");
}

void check_target(report& out, const field_path& at, const json::object& target) {
  auto type = api::string_at(target, {"type"});
  if (type.empty()) out.required(at / "type", "must specify a metric target type");
  if (type != "Utilization" && type != "Value" && type != "AverageValue")
    out.invalid(at / "type", type, "must be either Utilization, Value, or AverageValue");
  check_positive_amount(out, at, target, "value");
  check_positive_amount(out, at, target, "averageValue");
  if (auto share = api::int_at(target, {"averageUtilization"}, 1); share < 1)
    out.invalid(at / "averageUtilization", share, "must be greater than 0");
}

void check_named(report& out, const field_path& at, const json::object& in, std::string_view name,
                 std::string_view why) {
  auto value = api::string_at(in, {name});
  if (value.empty())
    out.required(at / name, why);
  else
    out.invalid(at / name, value, is_path_segment(value));
}

/// Exactly one of a share and a raw value.
void check_resource_target(report& out, const field_path& at, const json::object& target) {
  bool share = !absent(target, "averageUtilization"), raw = !absent(target, "averageValue");
  if (!share && !raw)
    out.required(at / "averageUtilization", "must set either a target raw value or a target utilization");
  if (share && raw) out.forbidden(at / "averageValue", "may not set both a target raw value and a target utilization");
}

void check_source(report& out, const field_path& at, std::string_view type, const json::object& source) {
  static const json::object empty;
  auto* found = api::object_at(source, {"target"});
  auto& target = found ? *found : empty;
  auto target_at = at / "target";
  bool value = !absent(target, "value"), average = !absent(target, "averageValue");
  if (type == "resource" || type == "containerResource") {
    check_required(out, at, source, "name", "must specify a resource name");
    if (type == "containerResource") check_required(out, at, source, "container", "must specify a container");
    check_target(out, target_at, target);
    return check_resource_target(out, target_at, target);
  }
  auto* metric = api::object_at(source, {"metric"});
  if (type == "object") {
    auto* object = api::object_at(source, {"describedObject"});
    auto object_at = at / "describedObject";
    check_named(out, object_at, object ? *object : empty, "kind", "");
    check_named(out, object_at, object ? *object : empty, "name", "");
  }
  check_named(out, at / "metric", metric ? *metric : empty, "name", "must specify a metric name");
  check_target(out, target_at, target);
  if (type == "object" && !value && !average)
    out.required(target_at / "averageValue", "must set either a target value or averageValue");
  if (type == "pods" && !average)
    out.required(target_at / "averageValue", "must specify a positive target averageValue");
  if (type != "external") return;
  if (!value && !average)
    out.required(target_at / "averageValue", "must set either a target value for metric or a per-pod target");
  if (value && average)
    out.forbidden(target_at / "value", "may not set both a target value for metric and a per-pod target");
}

void check_metric(report& out, const field_path& at, const json::object& metric) {
  auto type = api::string_at(metric, {"type"});
  if (type.empty()) out.required(at / "type", "must specify a metric source type");
  std::string_view wanted;
  constexpr std::pair<std::string_view, std::string_view> sources[]{{"ContainerResource", "containerResource"},
                                                                    {"External", "external"},
                                                                    {"Object", "object"},
                                                                    {"Pods", "pods"},
                                                                    {"Resource", "resource"}};
  for (auto& [name, member] : sources)
    if (name == type) wanted = member;
  if (wanted.empty())
    out.not_supported(at / "type", type, {"ContainerResource", "External", "Object", "Pods", "Resource"});
  for (auto& [name, member] : sources) {
    auto* source = api::object_at(metric, {member});
    if (source) check_source(out, at / member, member, *source);
    if (member == wanted && !source) out.required(at / member, "must populate information for the given metric source");
    if (member != wanted && source && !wanted.empty())
      out.forbidden(at / member, "must populate the given metric source only");
  }
}

void check_rules(report& out, const field_path& at, const json::object& rules) {
  auto window = api::int_at(rules, {"stabilizationWindowSeconds"});
  if (window < 0) out.invalid(at / "stabilizationWindowSeconds", window, "must be greater than or equal to zero");
  if (window > window_max)
    out.invalid(at / "stabilizationWindowSeconds", window, fmt::format("must be less than or equal to {}", window_max));
  check_optional_one_of(out, at, rules, "selectPolicy", {"Disabled", "Max", "Min"});
  auto list = at / "policies";
  auto* policies = api::array_at(rules, {"policies"});
  if (!policies || policies->empty()) return out.required(list, "must specify at least one Policy");
  for_each(policies, [&](std::size_t i, const json::object& policy) {
    auto entry = list[i];
    auto type = api::string_at(policy, {"type"});
    if (type != "Pods" && type != "Percent") out.not_supported(entry / "type", type, {"Percent", "Pods"});
    auto value = api::int_at(policy, {"value"}), period = api::int_at(policy, {"periodSeconds"});
    if (value <= 0) out.invalid(entry / "value", value, "must be greater than zero");
    if (period <= 0) out.invalid(entry / "periodSeconds", period, "must be greater than zero");
    if (period > period_max)
      out.invalid(entry / "periodSeconds", period, fmt::format("must be less than or equal to {}", period_max));
  });
}

} // namespace

void check_autoscaler(report& out, const json::object& body) {
  static const json::object empty;
  auto* found = api::object_at(body, {"spec"});
  auto& spec = found ? *found : empty;
  auto least = api::int_at(spec, {"minReplicas"}, 1), most = api::int_at(spec, {"maxReplicas"});
  if (least < 1) out.invalid(root / "minReplicas", least, "must be greater than or equal to 1");
  if (most < 1) out.invalid(root / "maxReplicas", most, "must be greater than 0");
  if (most < least) out.invalid(root / "maxReplicas", most, "must be greater than or equal to `minReplicas`");
  auto* target = api::object_at(spec, {"scaleTargetRef"});
  auto target_at = root / "scaleTargetRef";
  check_named(out, target_at, target ? *target : empty, "kind", "");
  check_named(out, target_at, target ? *target : empty, "name", "");
  auto metrics = root / "metrics", behavior = root / "behavior";
  for_each(api::array_at(spec, {"metrics"}),
           [&](std::size_t i, const json::object& metric) { check_metric(out, metrics[i], metric); });
  for (auto direction : {"scaleUp", "scaleDown"})
    if (auto* rules = api::object_at(spec, {"behavior", direction})) check_rules(out, behavior / direction, *rules);
}

void check_autoscaler_status(report& out, const json::object& body, const json::object&) {
  constexpr field_path at("status");
  if (auto* status = api::object_at(body, {"status"}))
    for (auto name : {"currentReplicas", "desiredReplicas"})
      check_not_negative(out, at, *status, name);
}

} // namespace troupe::policies::validation
