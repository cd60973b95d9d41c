#pragma once
#include "policies/api/object.hpp"
#include "policies/api/status.hpp"
#include "policies/api/time.hpp"
#include <cstdint>
#include <optional>
#include <string>

namespace troupe::policies::strategy {

/// meta/v1 DeleteOptions, as far as they decide what happens.
struct delete_options {
  std::optional<std::int64_t> grace_period_seconds;
  std::optional<std::string> uid;              ///< precondition
  std::optional<std::string> resource_version; ///< precondition
  std::optional<std::string> propagation;      ///< "Orphan", "Background", "Foreground"
  std::optional<bool> orphan_dependents;       ///< the older form of Orphan
  /// From a DeleteOptions document that validation has accepted.
  [[nodiscard]] static delete_options parse(const api::json::object& document);
};

/// What a delete request leads to.
struct deletion_plan {
  enum class action {
    remove, ///< take the object out of the store
    mark,   ///< store `body`, which carries deletionTimestamp, grace period and finalizers
    nothing ///< it is already being deleted and the request changes nothing
  };
  action what = action::nothing;
  api::json::object body; ///< for `mark` the new version; for `remove` the last version that watchers see
};

/// Decides the deletion of `current`: preconditions (409 in Kubernetes' words), finalizers by propagation policy,
/// graceful deletion of pods (their own grace period unless the request says less; none when unscheduled or finished),
/// namespaces (Terminating until `spec.finalizers` is empty; 403 for default, kube-system and kube-public). `type`
/// names the resource in errors.
[[nodiscard]] api::result<deletion_plan> plan_delete(const api::group_version_kind& kind,
                                                     const api::group_resource& type, const api::object& current,
                                                     const delete_options& options, api::time_point now);

/// True if an object that is being deleted has nothing left to wait for: no finalizers and no grace period. An update
/// that stores such an object removes it instead.
[[nodiscard]] bool finished(const api::group_version_kind& kind, const api::json::object& body);

} // namespace troupe::policies::strategy
