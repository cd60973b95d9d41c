#pragma once
#include "policies/authorization/node_rules.hpp"
#include "policies/authorization/role_table.hpp"

namespace troupe::policies::authorization {

/// What the chain decides with. Both may be null: then only `system:masters` gets anything.
struct authorization_view {
  const role_table* roles = nullptr;
  const node_references* references = nullptr;
};

/// The chain of authorizers: members of "system:masters" may do everything, then nodes by their rules, then roles.
/// Never `no_opinion`: what nobody allows is denied.
[[nodiscard]] verdict authorize(const attributes& request, const authorization_view& view);

} // namespace troupe::policies::authorization
