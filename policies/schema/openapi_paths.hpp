#pragma once
#include "policies/api/json.hpp"
#include "policies/schema/openapi_schema.hpp"
#include "policies/schema/registry.hpp"
#include <string_view>

namespace troupe::policies::schema {

/// Adds the paths of one resource with their operations: parameters, bodies and answers as upstream lists them.
void add_openapi_paths(const descriptor& of, const registry& types, openapi_version version, json::object& paths);

} // namespace troupe::policies::schema
