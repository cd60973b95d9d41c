#pragma once
#include "policies/admission/request.hpp"
#include "policies/api/status.hpp"

namespace troupe::policies::admission {

/// Runs the mutating half of the chain in Kubernetes' order: NamespaceLifecycle, LimitRanger, ServiceAccount,
/// NodeRestriction, TaintNodesByCondition, Priority, DefaultTolerationSeconds, DefaultStorageClass,
/// DefaultIngressClass. Call it after defaulting and before the strategy; the object is changed in place. The first
/// refusal ends it.
[[nodiscard]] api::result<void> mutate(request& req, const lookup& view);

/// Runs the validating half on the object as it will be stored: LimitRanger, ServiceAccount, Priority,
/// PersistentVolumeClaimResize. Call it after validation, and `charge_quota` (resource_quota.hpp) last of all.
[[nodiscard]] api::result<void> check(const request& req, const lookup& view);

} // namespace troupe::policies::admission
