#pragma once
#include "policies/api/json.hpp"
#include "policies/schema/type.hpp"
#include <set>
#include <string>
#include <string_view>

namespace troupe::policies::schema {

namespace json = boost::json;

enum class openapi_version : bool { v2, v3 };

/// "#/definitions/…" or "#/components/schemas/…".
[[nodiscard]] std::string openapi_reference(openapi_version version, std::string_view name);

/// The schema of one type as upstream publishes it, with list types, merge keys, defaults and kinds. `versions` are the
/// group versions served, for options that are a kind in each of them: pairs of group and version.
using group_versions = std::set<std::pair<std::string_view, std::string_view>>;
[[nodiscard]] json::object openapi_schema(const type_info& type, openapi_version version,
                                          const group_versions& versions);

/// Names of the types that a type's fields refer to, the scalar ones (Time, Quantity, …) among them.
void add_references(const type_info& type, std::set<std::string_view>& names);
/// The schema of a scalar type by its full name; empty if it is none.
[[nodiscard]] json::object openapi_scalar(std::string_view name, openapi_version version);

} // namespace troupe::policies::schema
