#pragma once
#include <boost/json.hpp>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace troupe::api {

namespace json = boost::json;

/// Path of member names from an object downwards, as in `{"spec", "template", "metadata"}`.
using path = std::initializer_list<std::string_view>;

/// The value at `where` below `root`, or null pointer where a member is missing or its parent is not an object.
[[nodiscard]] const json::value* find(const json::value& root, path where) noexcept;
[[nodiscard]] const json::value* find(const json::object& root, path where) noexcept;

/// Readers with a fallback for a member that is missing or of another type. The view lives as long as the document.
[[nodiscard]] std::string_view string_at(const json::object& root, path where,
                                         std::string_view otherwise = {}) noexcept;
[[nodiscard]] std::int64_t int_at(const json::object& root, path where, std::int64_t otherwise = 0) noexcept;
[[nodiscard]] bool bool_at(const json::object& root, path where, bool otherwise = false) noexcept;
[[nodiscard]] const json::object* object_at(const json::object& root, path where) noexcept;
[[nodiscard]] const json::array* array_at(const json::object& root, path where) noexcept;

/// The same readers on a value; a value that is not an object has no members.
[[nodiscard]] std::string_view string_at(const json::value& root, path where, std::string_view otherwise = {}) noexcept;
[[nodiscard]] std::int64_t int_at(const json::value& root, path where, std::int64_t otherwise = 0) noexcept;
[[nodiscard]] bool bool_at(const json::value& root, path where, bool otherwise = false) noexcept;
[[nodiscard]] const json::object* object_at(const json::value& root, path where) noexcept;
[[nodiscard]] const json::array* array_at(const json::value& root, path where) noexcept;

/// The object member at `where`, made on the way where it is missing; a member of another type is replaced.
json::object& ensure_object(json::object& root, path where);
/// Sets the member at `where`, making its parents.
void set_at(json::object& root, path where, json::value value);
/// Removes the member at `where`; true if it was there.
bool erase_at(json::object& root, path where) noexcept;

/// Equality as Kubernetes' semantic deep-equal sees it: member order is ignored, and a missing member, null, an empty
/// object and an empty array are the same.
[[nodiscard]] bool semantically_equal(const json::value& a, const json::value& b) noexcept;

} // namespace troupe::api
