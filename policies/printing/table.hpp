#pragma once
#include "policies/api/object.hpp"
#include "policies/api/resource.hpp"
#include "policies/api/status.hpp"
#include "policies/api/time.hpp"
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace troupe::policies::printing {

namespace json = boost::json;

/// What a row carries beside its cells (query parameter `includeObject`).
enum class include_object : std::uint8_t { none, metadata, object };
/// Empty text means `metadata`; 400 for a word that is none of the three.
[[nodiscard]] api::result<include_object> parse_include_object(std::string_view query_value);

/// How a table was asked for.
struct table_request {
  std::string version = "v1";          ///< of meta.k8s.io: "v1" or "v1beta1"
  include_object include = include_object::metadata;
  api::time_point now;
};

/// `metadata` of a list, as far as it goes into a table.
struct list_metadata {
  std::string resource_version;
  std::string continue_token;
  std::int64_t remaining = 0; ///< 0 leaves the member out
};

/// Table of a list. The objects are all of the kind.
[[nodiscard]] json::object table_of_list(const api::group_version_kind& kind, std::span<const api::object_ptr> objects,
                                         const list_metadata& list, const table_request& request);
/// Table with one row.
[[nodiscard]] json::object table_of_object(const api::group_version_kind& kind, const json::object& body,
                                           const table_request& request);
/// The `object` of a watch event. Kubernetes sends the columns with the first event only.
enum class head : std::uint8_t { with_columns, without_columns };
[[nodiscard]] json::object table_of_event(const api::group_version_kind& kind, const json::object& body,
                                          const table_request& request, head columns);

/// One row, for callers that write large tables piece by piece.
[[nodiscard]] json::object table_row(const api::group_version_kind& kind, const json::object& body,
                                     const table_request& request);

} // namespace troupe::policies::printing
