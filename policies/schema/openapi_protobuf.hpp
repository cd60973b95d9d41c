#pragma once
#include "policies/api/json.hpp"
#include <string>

namespace troupe::policies::schema {

inline constexpr std::string_view openapi_protobuf_type = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

/// An OpenAPI v2 document of `openapi` as a message of gnostic's `openapi.v2.Document`, the only form that kubectl up
/// to 1.28 reads. Covers what our documents hold.
[[nodiscard]] std::string openapi_to_protobuf(const boost::json::object& document);

} // namespace troupe::policies::schema
