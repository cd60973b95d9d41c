#include "policies/validation/kinds.hpp"
#include "policies/validation/metadata.hpp"
#include "policies/validation/pod_spec.hpp"
#include "policies/validation/resources.hpp"
#include <set>

namespace troupe::policies::validation {

namespace {

bool same(const json::object& body, const json::object& old, std::string_view name) {
  static const json::value nothing;
  auto *now = body.if_contains(name), *before = old.if_contains(name);
  return api::semantically_equal(now ? *now : nothing, before ? *before : nothing);
}

void check_parameters(report& out, const json::object* parameters) {
  constexpr std::size_t count_max = 512, bytes_max = 256 * 1024;
  constexpr field_path at("parameters");
  if (!parameters) return;
  if (parameters->size() > count_max) out.too_long(at, count_max);
  std::size_t bytes = 0;
  for_each_member(parameters, [&](std::string_view key, std::string_view value) {
    if (key.empty()) out.invalid(at, key, "field can not be empty.");
    bytes += key.size() + value.size();
  });
  if (bytes > bytes_max) out.too_long(at, bytes_max);
}

} // namespace

void check_storage_class(report& out, const json::object& body) {
  constexpr field_path root;
  auto provisioner = api::string_at(body, {"provisioner"});
  if (provisioner.empty())
    out.required(field_path("provisioner"));
  else {
    std::string lower(provisioner);
    for (char& c : lower)
      c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    out.invalid(field_path("provisioner"), provisioner, is_qualified_name(lower));
  }
  check_parameters(out, api::object_at(body, {"parameters"}));
  check_optional_one_of(out, root, body, "reclaimPolicy", {"Delete", "Retain"});
  check_one_of(out, field_path("volumeBindingMode"), api::string_at(body, {"volumeBindingMode"}),
               {"Immediate", "WaitForFirstConsumer"});
  constexpr field_path list("allowedTopologies");
  for_each(api::array_at(body, {"allowedTopologies"}), [&](std::size_t i, const json::object& term) {
    auto at = list[i];
    auto expressions = at / "matchLabelExpressions";
    for_each(api::array_at(term, {"matchLabelExpressions"}), [&](std::size_t k, const json::object& expression) {
      auto entry = expressions[k];
      auto values_at = entry / "values";
      auto key = api::string_at(expression, {"key"});
      auto* values = api::array_at(expression, {"values"});
      if (!values || values->empty()) out.required(values_at);
      std::set<std::string_view> seen;
      for_each_string(values, [&](std::size_t v, std::string_view value) {
        if (!seen.insert(value).second) out.duplicate(values_at[v], value);
      });
      out.invalid(entry / "key", key, is_qualified_name(key));
    });
  });
}

void check_storage_class_update(report& out, const json::object& body, const json::object& old) {
  if (!same(body, old, "parameters")) out.forbidden(field_path("parameters"), "updates to parameters are forbidden.");
  if (!same(body, old, "provisioner"))
    out.forbidden(field_path("provisioner"), "updates to provisioner are forbidden.");
  if (!same(body, old, "reclaimPolicy"))
    out.forbidden(field_path("reclaimPolicy"), "updates to reclaimPolicy are forbidden.");
  check_immutable(out, field_path("volumeBindingMode"), body.if_contains("volumeBindingMode"),
                  old.if_contains("volumeBindingMode"));
}

void check_priority_class(report& out, const json::object& body) {
  constexpr std::int64_t value_max = 1000000000, cluster_critical = 2000000000, node_critical = 2000001000;
  auto name = api::string_at(body, {"metadata", "name"});
  auto value = api::int_at(body, {"value"});
  if (name.starts_with("system-")) {
    bool known = (name == "system-cluster-critical" && value == cluster_critical) ||
                 (name == "system-node-critical" && value == node_critical);
    bool named = name == "system-cluster-critical" || name == "system-node-critical";
    if (!known)
      out.forbidden(field_path("metadata.name"),
                    "priority class names with 'system-' prefix are reserved for system use only. error: " +
                        (named ? "value of " + std::string(name) + " PriorityClass must be " +
                                     std::to_string(name == "system-node-critical" ? node_critical : cluster_critical)
                               : std::string(name) + " is not a known system priority class"));
  } else if (value > value_max) {
    out.forbidden(field_path("value"), "maximum allowed value of a user defined priority is 1000000000");
  }
  check_optional_one_of(out, field_path(), body, "preemptionPolicy", {"PreemptLowerPriority", "Never"});
}

void check_priority_class_update(report& out, const json::object& body, const json::object& old) {
  if (!same(body, old, "value")) out.forbidden(field_path("value"), "may not be changed in an update.");
  check_immutable(out, field_path("preemptionPolicy"), body.if_contains("preemptionPolicy"),
                  old.if_contains("preemptionPolicy"));
}

void check_runtime_class(report& out, const json::object& body) {
  auto handler = api::string_at(body, {"handler"});
  out.invalid(field_path("handler"), handler, is_dns_label(handler));
  if (auto* overhead = api::object_at(body, {"overhead", "podFixed"}))
    check_resource_list(out, field_path("overhead.podFixed"), *overhead);
  constexpr field_path at("scheduling");
  check_labels(out, at / "nodeSelector", api::object_at(body, {"scheduling", "nodeSelector"}));
  auto list = at / "tolerations";
  auto* tolerations = api::array_at(body, {"scheduling", "tolerations"});
  check_tolerations(out, list, tolerations);
  std::set<std::string> seen;
  for_each(tolerations, [&](std::size_t i, const json::object& toleration) {
    auto text = json::serialize(toleration);
    if (!seen.insert(text).second) out.duplicate_shown(list[i], text);
  });
}

void check_runtime_class_update(report& out, const json::object& body, const json::object& old) {
  check_immutable(out, field_path("handler"), body.if_contains("handler"), old.if_contains("handler"));
}

} // namespace troupe::policies::validation
