#pragma once
#include "policies/authorization/attributes.hpp"
#include <string>
#include <vector>

namespace troupe::policies::authorization {

/// A PolicyRule of rbac.authorization.k8s.io/v1. "*" stands for all; a path may end in "*".
struct policy_rule {
  std::vector<std::string> verbs;
  std::vector<std::string> api_groups;
  std::vector<std::string> resources;      ///< "pods", "pods/log", "*/scale"
  std::vector<std::string> resource_names; ///< empty means every name
  std::vector<std::string> non_resource_urls;
};

/// Whether the rule covers the request, wherever it is and whoever asks.
[[nodiscard]] bool allows(const policy_rule& rule, const attributes& request) noexcept;

} // namespace troupe::policies::authorization
