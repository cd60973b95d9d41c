#pragma once
#include "policies/api/json.hpp"
#include "policies/api/resource.hpp"
#include "policies/api/status.hpp"
#include "policies/strategy/context.hpp"
#include <string_view>

namespace troupe::policies::strategy {

/// What the kind allows and keeps; the same for all its objects.
struct traits {
  bool create_on_update = false;    ///< PUT of a missing object creates it
  bool unconditional_update = true; ///< PUT without resourceVersion is taken as "whatever is there"
  bool has_generation = false;      ///< metadata.generation starts at 1 and counts changes of the wanted state
  bool clears_status = false;       ///< status sent by the creator is dropped
  bool keeps_status = false;        ///< updates of the main resource keep the stored status
};
[[nodiscard]] traits traits_of(const api::group_version_kind& type) noexcept;

/// What a new object must not carry: fails with 500 for a resourceVersion, in Kubernetes' words.
[[nodiscard]] api::result<void> check_creatable(const api::json::object& body);

/// Prepares a decoded, defaulted and admitted object for its first write: system fields (uid, creationTimestamp, name
/// from generateName), initial status and generation, and what the kind's strategy fills in. Validate afterwards.
/// Service addresses are `allocate_service`'s part (service_allocator.hpp), which comes after this one.
void prepare_for_create(const api::group_version_kind& type, api::json::object& body, const context& ctx);

/// Prepares the new version of a stored object: keeps system fields and, by subresource, the part that this path may
/// not write ("" keeps status, "status" keeps all but status, "finalize", "resize", "ephemeralcontainers", "approval"
/// likewise), then counts the generation. `body` has already been decoded and defaulted. Validate afterwards.
void prepare_for_update(const api::group_version_kind& type, std::string_view subresource, api::json::object& body,
                        const api::json::object& old, const context& ctx);

/// True if writing `body` would change nothing but `metadata.managedFields` times and `resourceVersion`, so that the
/// write can be answered without one.
[[nodiscard]] bool unchanged(const api::json::object& body, const api::json::object& old);

} // namespace troupe::policies::strategy
