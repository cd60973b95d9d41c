#pragma once
#include "policies/api/json.hpp"
#include "policies/api/status.hpp"

namespace troupe::policies::patch {

namespace json = boost::json;

/// The patched document of RFC 7386: members are merged, null removes, everything else replaces.
/// 400 where the patch is not an object, as a patch of an API object must be.
[[nodiscard]] api::result<json::value> apply_merge_patch(const json::value& document, const json::value& patch);

} // namespace troupe::policies::patch
