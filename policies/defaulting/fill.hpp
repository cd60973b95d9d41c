#pragma once
#include "policies/api/json.hpp"
#include "policies/api/quantity.hpp"
#include <string_view>

/// The few ways in which a default looks at a member before it sets one.
namespace troupe::policies::defaulting {

namespace json = api::json;

/// Missing or null: what a Go nil pointer is.
inline bool absent(const json::object& in, std::string_view name) noexcept {
  auto* value = in.if_contains(name);
  return !value || value->is_null();
}

/// Absent or the empty string.
inline bool blank(const json::object& in, std::string_view name) noexcept {
  auto* value = in.if_contains(name);
  return !value || value->is_null() || (value->is_string() && value->get_string().empty());
}

/// Absent or the number 0.
inline bool zero(const json::object& in, std::string_view name) noexcept {
  auto* value = in.if_contains(name);
  return !value || value->is_null() || (value->is_int64() && value->get_int64() == 0) ||
         (value->is_uint64() && value->get_uint64() == 0);
}

inline void fill_absent(json::object& in, std::string_view name, json::value value) {
  if (absent(in, name)) in[name] = std::move(value);
}
inline void fill_blank(json::object& in, std::string_view name, std::string_view value) {
  if (blank(in, name)) in[name] = value;
}
inline void fill_zero(json::object& in, std::string_view name, std::int64_t value) {
  if (zero(in, name)) in[name] = value;
}

/// The member if it is of that type, else null.
inline json::object* object_in(json::object& in, std::string_view name) noexcept {
  auto* value = in.if_contains(name);
  return value ? value->if_object() : nullptr;
}
inline json::array* array_in(json::object& in, std::string_view name) noexcept {
  auto* value = in.if_contains(name);
  return value ? value->if_array() : nullptr;
}

/// The member, made as an empty object where it is absent; null if it is of another type.
inline json::object* need_object(json::object& in, std::string_view name) {
  if (absent(in, name)) in[name].emplace_object();
  return object_in(in, name);
}

/// Calls `act` with each object in the array member `name`, if there is one.
template <class Act> void each(json::object& in, std::string_view name, Act act) {
  if (auto* list = array_in(in, name))
    for (auto& element : *list)
      if (auto* entry = element.if_object()) act(*entry);
}

/// Rounds a quantity up to thousandths and writes it in its canonical form; other values stay.
void normalize_quantity(json::value& value);
/// The same for each member of the resource list `name`.
void normalize_quantities(json::object& in, std::string_view name);

} // namespace troupe::policies::defaulting
