#pragma once
#include "policies/authorization/policy_rule.hpp"
#include <optional>
#include <string>
#include <vector>

namespace troupe::policies::authorization {

struct role {
  std::string name;
  std::vector<policy_rule> rules;
};

/// Grants a role to users and groups, everywhere or in one namespace.
struct role_binding {
  std::string role;
  std::vector<std::string> users;
  std::vector<std::string> groups;
  std::string ns; ///< empty: everywhere, paths and the cluster scope included
};

/// Roles and who has them; the static part of role-based access control.
class role_table {
public:
  void add(role r) { roles_.push_back(std::move(r)); }
  void add(role_binding b) { bindings_.push_back(std::move(b)); }

  /// The sentence that names the grant, as Kubernetes writes it into the audit log; empty if nothing grants the
  /// request.
  [[nodiscard]] std::optional<std::string> grant(const attributes& request) const;

private:
  std::vector<role> roles_;
  std::vector<role_binding> bindings_;
};

} // namespace troupe::policies::authorization
