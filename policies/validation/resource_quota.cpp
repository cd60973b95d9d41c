#include "policies/validation/kinds.hpp"
#include "policies/validation/resources.hpp"
#include <array>
#include <set>

namespace troupe::policies::validation {

namespace {

constexpr field_path root("spec");
constexpr std::array<std::string_view, 6> scopes{"Terminating",   "NotTerminating", "BestEffort",
                                                 "NotBestEffort", "PriorityClass",  "CrossNamespacePodAffinity"};

bool known(std::string_view scope) {
  for (auto one : scopes)
    if (one == scope) return true;
  return false;
}

/// Best-effort pods have nothing but their number; the other scopes are of pods too.
bool fits(std::string_view scope, std::string_view resource) {
  if (scope == "BestEffort") return resource == "pods";
  for (auto one : {"pods", "cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"})
    if (resource == one) return true;
  return resource == "requests.ephemeral-storage" || resource == "limits.ephemeral-storage" ||
         resource.starts_with("requests.hugepages-");
}

bool conflicting(const std::set<std::string_view>& chosen) {
  return (chosen.contains("BestEffort") && chosen.contains("NotBestEffort")) ||
         (chosen.contains("Terminating") && chosen.contains("NotTerminating"));
}

void check_scopes(report& out, const json::object& spec) {
  auto* list = api::array_at(spec, {"scopes"});
  if (!list || list->empty()) return;
  auto at = root / "scopes";
  auto text = shown_list(spec.if_contains("scopes"), "[]core.ResourceQuotaScope");
  std::set<std::string_view> chosen;
  for_each_string(list, [&](std::size_t, std::string_view scope) {
    if (!known(scope)) out.invalid_shown(at, text, "unsupported scope");
    if (auto* hard = api::object_at(spec, {"hard"}))
      for (auto& amount : *hard)
        if (is_standard_quota_resource(amount.key()) && !fits(scope, amount.key()))
          out.invalid_shown(at, text, "unsupported scope applied to resource");
    chosen.insert(scope);
  });
  if (conflicting(chosen)) out.invalid_shown(at, text, "conflicting scopes");
}

void check_selector(report& out, const json::object& spec) {
  constexpr field_path at("spec.scopeSelector.matchExpressions");
  std::set<std::string_view> chosen;
  for_each(api::array_at(spec, {"scopeSelector", "matchExpressions"}), [&](std::size_t,
                                                                           const json::object& requirement) {
    auto scope = api::string_at(requirement, {"scopeName"}), operation = api::string_at(requirement, {"operator"});
    auto* values = api::array_at(requirement, {"values"});
    bool has_values = values && !values->empty();
    if (!known(scope)) out.invalid(at / "scopeName", scope, "unsupported scope");
    if (scope != "PriorityClass" && known(scope) && operation != "Exists")
      out.invalid(at / "operator", operation,
                  "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, "
                  "ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or "
                  "ResourceQuotaScopeCrossNamespacePodAffinity");
    if (operation == "In" || operation == "NotIn") {
      if (!has_values)
        out.required(at / "values", "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector");
    } else if (operation == "Exists" || operation == "DoesNotExist") {
      if (has_values)
        out.invalid_shown(at / "values", shown_list(requirement.if_contains("values")),
                          "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector");
    } else {
      out.invalid(at / "operator", operation, "not a valid selector operator");
    }
    chosen.insert(scope);
  });
  if (conflicting(chosen))
    out.invalid_shown(at, shown_list(spec.if_contains("scopes"), "[]core.ResourceQuotaScope"), "conflicting scopes");
}

} // namespace

void check_resource_quota(report& out, const json::object& body) {
  auto* spec = api::object_at(body, {"spec"});
  if (!spec) return;
  auto at = root / "hard";
  if (auto* hard = api::object_at(*spec, {"hard"}))
    for (auto& amount : *hard) {
      auto name = std::string_view(amount.key());
      auto before = out.size();
      out.invalid(at.key(name), name, is_qualified_name(name));
      if (before == out.size() && name.find('/') == std::string_view::npos && !is_standard_quota_resource(name))
        out.invalid(at.key(name), name, "must be a standard resource for quota");
      check_resource_amount(out, at.key(name), name, amount.value());
    }
  check_scopes(out, *spec);
  check_selector(out, *spec);
}

void check_resource_quota_update(report& out, const json::object& body, const json::object& old) {
  auto set_of = [](const json::object& quota) {
    std::set<std::string_view> names;
    for_each_string(api::array_at(quota, {"spec", "scopes"}),
                    [&](std::size_t, std::string_view scope) { names.insert(scope); });
    return names;
  };
  if (set_of(body) != set_of(old))
    out.invalid_shown(root / "scopes", shown_list(api::find(body, {"spec", "scopes"}), "[]core.ResourceQuotaScope"),
                      immutable);
}

} // namespace troupe::policies::validation
