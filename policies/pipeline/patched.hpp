#pragma once
#include "policies/api/object.hpp"
#include "policies/api/status.hpp"
#include "policies/schema/type.hpp"
#include <string>
#include <string_view>
#include <vector>

namespace troupe::policies::pipeline {

struct patched {
  api::json::object body;
  std::vector<std::string> warnings; ///< unknown fields, where `fieldValidation` is Warn
};

/// 415 for a content type that no patch has; the client learns this also where there is no such object.
[[nodiscard]] api::result<void> check_patch_type(std::string_view content_type);

/// `before` after a patch of that content type: JSON patch, merge patch or strategic merge patch; in the form of a
/// decoded body. 415 for another content type, 400 or 422 in Kubernetes' words for a patch that does not apply.
[[nodiscard]] api::result<patched> apply_patch(std::string_view content_type, std::string_view patch,
                                               const api::object& before, const schema::type_info& type,
                                               const api::group_version_kind& kind, std::string_view field_validation);

} // namespace troupe::policies::pipeline
