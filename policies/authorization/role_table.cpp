#include "policies/authorization/role_table.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::policies::authorization {

namespace {

/// `User "x"` or `Group "x"` by which the binding reaches the user; empty if it does not.
std::string subject_of(const role_binding& binding, const user& who) {
  if (std::ranges::find(binding.users, who.name) != binding.users.end()) return fmt::format("User \"{}\"", who.name);
  auto group = std::ranges::find_if(binding.groups, [&](auto& g) { return who.in_group(g); });
  return group == binding.groups.end() ? std::string() : fmt::format("Group \"{}\"", *group);
}

} // namespace

std::optional<std::string> role_table::grant(const attributes& request) const {
  for (auto& binding : bindings_) {
    if (!binding.ns.empty() && (!request.is_resource() || binding.ns != request.ns)) continue;
    auto subject = subject_of(binding, request.who);
    if (subject.empty()) continue;
    auto granted = std::ranges::find(roles_, binding.role, &role::name);
    if (granted == roles_.end()) continue;
    if (std::ranges::any_of(granted->rules, [&](auto& rule) { return allows(rule, request); }))
      return fmt::format("RBAC: allowed by {} \"{}\" of ClusterRole \"{}\" to {}",
                         binding.ns.empty() ? "ClusterRoleBinding" : "RoleBinding", binding.role, granted->name,
                         subject);
  }
  return std::nullopt;
}

} // namespace troupe::policies::authorization
