#pragma once
#include "policies/api/status.hpp"
#include <string>
#include <string_view>

namespace troupe::policies::routing {

/// In which encoding and shape a client wants an object, a list or a watch event.
struct representation {
  enum class encoding { json, yaml, protobuf };
  enum class shape { object, table, partial_metadata };
  encoding bytes = encoding::json;
  shape what = shape::object;
  bool beta = false; ///< `v1beta1` of meta.k8s.io was asked for

  /// As the answer names it: "application/json", "application/json;stream=watch" has the caller's suffix.
  [[nodiscard]] std::string_view content_type() const noexcept;
};

/// The first alternative of an Accept header that the server has, by quality and then by order. No header means JSON.
/// 406 with Kubernetes' text if there is none.
[[nodiscard]] api::result<representation> negotiate(std::string_view accept);

} // namespace troupe::policies::routing
