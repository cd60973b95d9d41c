#pragma once
#include "policies/api/json.hpp"
#include "policies/api/resource.hpp"

namespace troupe::policies::defaulting {

/// Fills what the client left out, as decoding does in Kubernetes: the defaults of the kind, of every pod template in
/// it, and the alias fields (`serviceAccount`, `stringData`, `podCIDR`, …). Running it twice changes nothing. Members
/// of an unexpected JSON type are left as they are; decoding has already refused them.
/// Call it after decoding and again after a patch was applied. Source: API defaults of release 1.32.
void set_defaults(const api::group_version_kind& type, api::json::object& body);

/// The defaults of one PodSpec, as templates have them.
void set_pod_spec_defaults(api::json::object& spec);

} // namespace troupe::policies::defaulting
