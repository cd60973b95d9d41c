#pragma once
#include "policies/api/json.hpp"
#include "policies/schema/type.hpp"

namespace troupe::policies::schema {

namespace json = boost::json;

/// What Go's encoder writes for a struct whose fields are all unset: `{"metadata":{"creationTimestamp":null},…}`.
[[nodiscard]] json::object zero_object(const type_info& type);
/// What it writes for an unset field that it does not omit. Not for `zero_form::omitted`.
[[nodiscard]] json::value zero_value(const field_info& field);
/// What it writes for an unset item of a list or value of a map.
[[nodiscard]] json::value zero_element(const value_info& element);
/// Whether Go's encoder writes the field when it holds `value`; it leaves out the empty ones that are not pointers.
[[nodiscard]] bool is_written(const field_info& field, const json::value& value) noexcept;

} // namespace troupe::policies::schema
