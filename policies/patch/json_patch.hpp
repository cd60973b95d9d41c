#pragma once
#include "policies/api/json.hpp"
#include "policies/api/status.hpp"
#include <cstddef>

namespace troupe::policies::patch {

namespace json = boost::json;

/// Bounds of one JSON patch; those of kube-apiserver where it has them.
struct json_patch_limits {
  std::size_t operations_max = 10'000;
  std::size_t copied_bytes_max = 3 * 1024 * 1024; ///< over all `copy` operations
  std::size_t depth_max = 128;                    ///< of the result
};

/// Applies the operations of RFC 6902 in order to a copy of the document. 400 where the patch is no list of operations,
/// 413 above `operations_max`, 422 with Kubernetes' text where an operation does not apply or a test fails.
[[nodiscard]] api::result<json::value> apply_json_patch(const json::value& document, const json::value& operations,
                                                        const json_patch_limits& limits = {});

} // namespace troupe::policies::patch
