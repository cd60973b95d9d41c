#pragma once
#include "policies/api/json.hpp"
#include "policies/api/resource.hpp"
#include "policies/api/status.hpp"

namespace troupe::policies::validation {

/// The rules of an object that is written for the first time. Empty if it is valid. `body` was decoded, defaulted,
/// admitted and prepared. Kinds without rules of their own get the metadata rules. Source: API validation of 1.32.
[[nodiscard]] api::field_errors validate_create(const api::group_version_kind& type, const api::json::object& body);

/// The rules of a new version of `old`, written through the main resource.
[[nodiscard]] api::field_errors validate_update(const api::group_version_kind& type, const api::json::object& body,
                                                const api::json::object& old);

/// The rules of a new version of `old`, written through its status subresource.
[[nodiscard]] api::field_errors validate_status_update(const api::group_version_kind& type,
                                                       const api::json::object& body, const api::json::object& old);

/// Payloads of subresources: Scale, Binding, TokenRequest, Eviction. They have no stored form.
[[nodiscard]] api::field_errors validate_scale(const api::json::object& scale);
[[nodiscard]] api::field_errors validate_binding(const api::json::object& binding);
[[nodiscard]] api::field_errors validate_token_request(const api::json::object& request);
/// `name` in the Eviction must be that of the pod in the URL; fails with 400 otherwise.
[[nodiscard]] api::result<void> validate_eviction(const api::json::object& eviction, std::string_view pod_name);
/// New ephemeral containers of a pod: only additions are allowed.
[[nodiscard]] api::field_errors validate_ephemeral_containers(const api::json::object& pod,
                                                              const api::json::object& old);

} // namespace troupe::policies::validation
