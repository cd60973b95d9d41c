#include "policies/validation/metadata.hpp"
#include "policies/validation/pod_spec.hpp"
#include <fmt/format.h>
#include <set>

namespace troupe::policies::validation {

namespace {

std::string joined(const messages& list) { return fmt::format("{}", fmt::join(list, ";")); }

void check_expression(report& out, const field_path& at, const json::object& requirement) {
  auto operation = api::string_at(requirement, {"operator"});
  auto* values = api::array_at(requirement, {"values"});
  auto count = values ? values->size() : 0;
  if (operation == "In" || operation == "NotIn") {
    if (count == 0) out.required(at / "values", "must be specified when `operator` is 'In' or 'NotIn'");
  } else if (operation == "Exists" || operation == "DoesNotExist") {
    if (count > 0) out.forbidden(at / "values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
  } else if (operation == "Gt" || operation == "Lt") {
    if (count != 1) out.required(at / "values", "must be specified single value when `operator` is 'Lt' or 'Gt'");
  } else {
    out.invalid(at / "operator", operation, "not a valid selector operator");
  }
  auto key = api::string_at(requirement, {"key"});
  out.invalid(at / "key", key, is_qualified_name(key));
}

void check_field_expression(report& out, const field_path& at, const json::object& requirement) {
  auto operation = api::string_at(requirement, {"operator"}), key = api::string_at(requirement, {"key"});
  auto* values = api::array_at(requirement, {"values"});
  if (operation != "In" && operation != "NotIn")
    out.invalid(at / "operator", operation, "not a valid selector operator");
  else if (!values || values->size() != 1)
    out.required(at / "values", "must be only one value when `operator` is 'In' or 'NotIn' for node field selector");
  if (key != "metadata.name") return out.invalid(at / "key", key, "not a valid field selector key");
  auto list = at / "values";
  for_each_string(values,
                  [&](std::size_t i, std::string_view value) { out.invalid(list[i], value, is_dns_subdomain(value)); });
}

void check_term(report& out, const field_path& at, const json::object& term) {
  auto expressions = at / "matchExpressions", fields = at / "matchFields";
  for_each(api::array_at(term, {"matchExpressions"}),
           [&](std::size_t i, const json::object& r) { check_expression(out, expressions[i], r); });
  for_each(api::array_at(term, {"matchFields"}),
           [&](std::size_t i, const json::object& r) { check_field_expression(out, fields[i], r); });
}

void check_weight(report& out, const field_path& at, const json::object& term) {
  if (auto weight = api::int_at(term, {"weight"}); weight < 1 || weight > 100)
    out.invalid(at / "weight", weight, "must be in the range 1-100");
}

/// matchLabelKeys and its opposite: qualified names, with a selector, in one of the two lists only.
void check_label_keys(report& out, const field_path& at, const json::object& term) {
  auto *keys = api::array_at(term, {"matchLabelKeys"}), *others = api::array_at(term, {"mismatchLabelKeys"});
  bool selects = api::object_at(term, {"labelSelector"});
  std::set<std::string_view> seen;
  for (auto [name, list] : {std::pair{"matchLabelKeys", keys}, {"mismatchLabelKeys", others}}) {
    if (!list || list->empty()) continue;
    auto entry = at / name;
    if (!selects) out.forbidden(entry, "must not be specified when labelSelector is not set");
    for_each_string(list, [&](std::size_t i, std::string_view key) {
      out.invalid(entry[i], key, is_qualified_name(key));
      if (list == others && seen.contains(key))
        out.invalid(entry[i], key, "exists in both matchLabelKeys and mismatchLabelKeys");
      seen.insert(key);
    });
  }
}

void check_affinity_term(report& out, const field_path& at, const json::object& term) {
  check_label_selector(out, at / "labelSelector", api::object_at(term, {"labelSelector"}));
  check_label_selector(out, at / "namespaceSelector", api::object_at(term, {"namespaceSelector"}));
  for_each_string(api::array_at(term, {"namespaces"}),
                  [&](std::size_t, std::string_view ns) { out.invalid(at / "namespace", ns, is_dns_label(ns)); });
  check_label_keys(out, at, term);
  auto key = api::string_at(term, {"topologyKey"});
  if (key.empty()) out.required(at / "topologyKey", "can not be empty");
  out.invalid(at / "topologyKey", key, is_qualified_name(key));
}

void check_pod_affinity(report& out, const field_path& at, const json::object& affinity) {
  auto required = at / "requiredDuringSchedulingIgnoredDuringExecution",
       preferred = at / "preferredDuringSchedulingIgnoredDuringExecution";
  for_each(api::array_at(affinity, {"requiredDuringSchedulingIgnoredDuringExecution"}),
           [&](std::size_t i, const json::object& term) { check_affinity_term(out, required[i], term); });
  static const json::object empty;
  for_each(api::array_at(affinity, {"preferredDuringSchedulingIgnoredDuringExecution"}),
           [&](std::size_t i, const json::object& term) {
             auto entry = preferred[i];
             check_weight(out, entry, term);
             auto* inner = api::object_at(term, {"podAffinityTerm"});
             check_affinity_term(out, entry / "podAffinityTerm", inner ? *inner : empty);
           });
}

void check_node_affinity(report& out, const field_path& at, const json::object& affinity) {
  if (auto* required = api::object_at(affinity, {"requiredDuringSchedulingIgnoredDuringExecution"}))
    check_node_selector(out, at / "requiredDuringSchedulingIgnoredDuringExecution", *required);
  auto preferred = at / "preferredDuringSchedulingIgnoredDuringExecution";
  for_each(api::array_at(affinity, {"preferredDuringSchedulingIgnoredDuringExecution"}),
           [&](std::size_t i, const json::object& term) {
             auto entry = preferred[i];
             check_weight(out, entry, term);
             if (auto* preference = api::object_at(term, {"preference"}))
               check_term(out, entry / "preference", *preference);
           });
}

void check_spread(report& out, const field_path& list, const json::array* constraints) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for_each(constraints, [&](std::size_t i, const json::object& constraint) {
    auto at = list[i];
    if (auto skew = api::int_at(constraint, {"maxSkew"}); skew <= 0)
      out.invalid(at / "maxSkew", skew, "must be greater than zero");
    auto key = api::string_at(constraint, {"topologyKey"}), when = api::string_at(constraint, {"whenUnsatisfiable"});
    if (key.empty()) out.required(at / "topologyKey", "can not be empty");
    if (when != "DoNotSchedule" && when != "ScheduleAnyway")
      out.not_supported(at / "whenUnsatisfiable", when, {"DoNotSchedule", "ScheduleAnyway"});
    if (!seen.emplace(key, when).second)
      out.duplicate_shown(at / "{topologyKey, whenUnsatisfiable}", shown(fmt::format("{{{}, {}}}", key, when)));
    if (!absent(constraint, "minDomains")) {
      auto domains = api::int_at(constraint, {"minDomains"});
      if (domains <= 0) out.invalid(at / "minDomains", domains, "must be greater than zero");
      if (when != "DoNotSchedule")
        out.invalid(at / "minDomains", domains,
                    fmt::format("can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {}", when));
    }
    for (auto policy : {"nodeAffinityPolicy", "nodeTaintsPolicy"})
      check_optional_one_of(out, at, constraint, policy, {"Honor", "Ignore"});
    check_label_keys(out, at, constraint);
    check_label_selector(out, at / "labelSelector", api::object_at(constraint, {"labelSelector"}));
  });
}

} // namespace

void check_node_selector(report& out, const field_path& at, const json::object& selector) {
  auto list = at / "nodeSelectorTerms";
  auto* terms = api::array_at(selector, {"nodeSelectorTerms"});
  if (!terms || terms->empty()) return out.required(list, "must have at least one node selector term");
  for_each(terms, [&](std::size_t i, const json::object& term) { check_term(out, list[i], term); });
}

void check_taint_effect(report& out, const field_path& at, std::string_view effect) {
  check_one_of(out, at, effect, {"NoSchedule", "PreferNoSchedule", "NoExecute"});
}

void check_tolerations(report& out, const field_path& list, const json::array* tolerations) {
  for_each(tolerations, [&](std::size_t i, const json::object& toleration) {
    auto at = list[i];
    auto key = api::string_at(toleration, {"key"}), operation = api::string_at(toleration, {"operator"});
    auto value = api::string_at(toleration, {"value"}), effect = api::string_at(toleration, {"effect"});
    if (!key.empty()) out.invalid(at / "key", key, is_qualified_name(key));
    if (key.empty() && operation != "Exists")
      out.invalid(at / "operator", operation,
                  "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
    if (!absent(toleration, "tolerationSeconds") && effect != "NoExecute")
      out.invalid(at / "effect", effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
    if (operation.empty() || operation == "Equal") {
      if (auto wrong = is_label_value(value); !wrong.empty())
        out.invalid(at / "operator", value, std::string_view(joined(wrong)));
    } else if (operation == "Exists") {
      if (!value.empty()) out.invalid(at / "operator", value, "value must be empty when `operator` is 'Exists'");
    } else {
      out.not_supported(at / "operator", operation, {"Equal", "Exists"});
    }
    if (!effect.empty()) check_taint_effect(out, at / "effect", effect);
  });
}

void check_placement(report& out, const field_path& at, const json::object& spec) {
  check_labels(out, at / "nodeSelector", api::object_at(spec, {"nodeSelector"}));
  auto affinity = at / "affinity";
  if (auto* nodes = api::object_at(spec, {"affinity", "nodeAffinity"}))
    check_node_affinity(out, affinity / "nodeAffinity", *nodes);
  for (auto name : {"podAffinity", "podAntiAffinity"})
    if (auto* pods = api::object_at(spec, {"affinity", name})) check_pod_affinity(out, affinity / name, *pods);
  check_spread(out, at / "topologySpreadConstraints", api::array_at(spec, {"topologySpreadConstraints"}));
  check_tolerations(out, at / "tolerations", api::array_at(spec, {"tolerations"}));
}

} // namespace troupe::policies::validation
