#pragma once
#include "policies/api/json.hpp"
#include "policies/api/status.hpp"
#include "policies/patch/merge_rules.hpp"

namespace troupe::policies::patch {

namespace json = boost::json;

/// The strategic merge patch of Kubernetes (apimachinery `strategicpatch`): objects merge, lists merge by the type's
/// merge key or are replaced, and the directives `$patch: replace|delete`, `$setElementOrder/<list>`,
/// `$deleteFromPrimitiveList/<list>` and `$retainKeys` are carried out.
/// Null removes; directives never reach the result.
/// 400 with Kubernetes' text for a patch that is malformed, 422 for a list of lists.
[[nodiscard]] api::result<json::value> apply_strategic_merge(const json::value& document, const json::value& patch,
                                                             const merge_rules& rules);

} // namespace troupe::policies::patch
