#pragma once
#include "policies/api/selector.hpp"
#include "policies/controllers/plan.hpp"
#include <string_view>
#include <vector>

namespace troupe::policies::controllers {

/// What belongs to a controller, and what must be written so that everybody sees it.
struct claims {
  std::vector<api::object_ptr> owned; ///< in the order of the candidates; includes what is adopted
  batch changes;                      ///< references to add or to take away
};

/// Who claims.
struct claimant {
  const api::object& owner;
  std::string_view api_version;
  std::string_view kind;
};

/// Kubernetes' rule of ownership: what the owner controls and selects is its own; what it controls and no longer
/// selects is released; what nobody controls and the owner selects is adopted, unless either is being deleted.
[[nodiscard]] claims claim(const claimant& who, const api::group_resource& type, const api::label_selector& selector,
                           const std::vector<api::object_ptr>& candidates);

} // namespace troupe::policies::controllers
