#include "policies/authorization/authorizer.hpp"

namespace troupe::policies::authorization {

verdict authorize(const attributes& request, const authorization_view& view) {
  if (request.who.in_group("system:masters")) return {decision::allow, ""};
  auto node = authorize_node(request, view.references);
  if (node.outcome != decision::no_opinion) return node;
  if (view.roles)
    if (auto grant = view.roles->grant(request)) return {decision::allow, std::move(*grant)};
  return {decision::deny, std::move(node.reason)};
}

} // namespace troupe::policies::authorization
