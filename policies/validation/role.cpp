#include "policies/validation/kinds.hpp"
#include "policies/validation/metadata.hpp"

namespace troupe::policies::validation {

namespace {

constexpr std::string_view group = "rbac.authorization.k8s.io";

bool empty_list(const json::object& in, std::string_view name) {
  auto* list = api::array_at(in, {name});
  return !list || list->empty();
}

void check_rules(report& out, const json::object& body, scope where) {
  constexpr field_path root("rules");
  for_each(api::array_at(body, {"rules"}), [&](std::size_t i, const json::object& rule) {
    auto at = root[i];
    if (empty_list(rule, "verbs")) out.required(at / "verbs", "verbs must contain at least one value");
    if (!empty_list(rule, "nonResourceURLs")) {
      auto text = shown_list(rule.if_contains("nonResourceURLs"));
      if (where == scope::namespaced)
        out.invalid_shown(at / "nonResourceURLs", text, "namespaced rules cannot apply to non-resource URLs");
      if (!empty_list(rule, "apiGroups") || !empty_list(rule, "resources") || !empty_list(rule, "resourceNames"))
        out.invalid_shown(at / "nonResourceURLs", text,
                          "rules cannot apply to both regular resources and non-resource URLs");
      return;
    }
    if (empty_list(rule, "apiGroups"))
      out.required(at / "apiGroups", "resource rules must supply at least one api group");
    if (empty_list(rule, "resources"))
      out.required(at / "resources", "resource rules must supply at least one resource");
  });
}

void check_subject(report& out, const field_path& at, const json::object& subject, scope where) {
  auto name = api::string_at(subject, {"name"}), kind = api::string_at(subject, {"kind"}),
       subject_group = api::string_at(subject, {"apiGroup"});
  if (name.empty()) out.required(at / "name");
  if (kind == "ServiceAccount") {
    if (!name.empty()) out.invalid(at / "name", name, is_dns_subdomain(name));
    if (!subject_group.empty()) out.not_supported(at / "apiGroup", subject_group, {""});
    if (where == scope::cluster && api::string_at(subject, {"namespace"}).empty()) out.required(at / "namespace");
  } else if (kind == "User" || kind == "Group") {
    if (subject_group != group) out.not_supported(at / "apiGroup", subject_group, {group});
  } else {
    out.not_supported(at / "kind", kind, {"ServiceAccount", "User", "Group"});
  }
}

void check_binding(report& out, const json::object& body, scope where) {
  constexpr field_path role("roleRef"), subjects("subjects");
  auto role_group = api::string_at(body, {"roleRef", "apiGroup"}), kind = api::string_at(body, {"roleRef", "kind"}),
       name = api::string_at(body, {"roleRef", "name"});
  if (role_group != group) out.not_supported(role / "apiGroup", role_group, {group});
  if (where == scope::cluster) {
    if (kind != "ClusterRole") out.not_supported(role / "kind", kind, {"ClusterRole"});
  } else if (kind != "Role" && kind != "ClusterRole") {
    out.not_supported(role / "kind", kind, {"Role", "ClusterRole"});
  }
  if (name.empty())
    out.required(role / "name");
  else
    out.invalid(role / "name", name, is_path_segment(name));
  for_each(api::array_at(body, {"subjects"}),
           [&](std::size_t i, const json::object& subject) { check_subject(out, subjects[i], subject, where); });
}

} // namespace

void check_role(report& out, const json::object& body) { check_rules(out, body, scope::namespaced); }

void check_cluster_role(report& out, const json::object& body) {
  check_rules(out, body, scope::cluster);
  auto* aggregation = api::object_at(body, {"aggregationRule"});
  if (!aggregation) return;
  constexpr field_path at("aggregationRule.clusterRoleSelectors");
  if (empty_list(*aggregation, "clusterRoleSelectors"))
    return out.required(at, "at least one clusterRoleSelector required if aggregationRule is non-nil");
  for_each(api::array_at(*aggregation, {"clusterRoleSelectors"}),
           [&](std::size_t i, const json::object& selector) { check_label_selector(out, at[i], &selector); });
}

void check_role_binding(report& out, const json::object& body) { check_binding(out, body, scope::namespaced); }
void check_cluster_role_binding(report& out, const json::object& body) { check_binding(out, body, scope::cluster); }

void check_role_binding_update(report& out, const json::object& body, const json::object& old) {
  static const json::value nothing;
  auto *now = body.if_contains("roleRef"), *before = old.if_contains("roleRef");
  if (!api::semantically_equal(now ? *now : nothing, before ? *before : nothing))
    out.invalid_shown(field_path("roleRef"), now ? json::serialize(*now) : "null", "cannot change roleRef");
}

} // namespace troupe::policies::validation
