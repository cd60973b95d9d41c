#pragma once
#include "policies/authorization/role_table.hpp"

namespace troupe::policies::authorization {

/// The roles that every cluster has and their bindings: discovery and self reviews for all who are authenticated,
/// health and version for everybody, the issuer's keys for service accounts, and the program's own components.
/// Built at the first call; read from all threads.
[[nodiscard]] const role_table& default_roles();

/// Adds the roles of the program's own components: scheduler and controller manager.
void add_component_roles(role_table& table);

} // namespace troupe::policies::authorization
