#pragma once
#include "policies/api/object_table.hpp"
#include "policies/controllers/plan.hpp"

namespace troupe::policies::controllers {

struct service_account_view {
  const api::object_table& namespaces;
  const api::object_table& service_accounts;
};

/// Makes the service account "default" of a namespace (the key has its name and no namespace) that is not going away.
[[nodiscard]] plan plan_service_account(const service_account_view& view, const api::object_key& key,
                                        api::time_point now);

/// Whether the namespace is there to stay.
[[nodiscard]] bool is_alive(const api::object* ns) noexcept;

} // namespace troupe::policies::controllers
