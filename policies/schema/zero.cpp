#include "policies/schema/zero.hpp"

namespace troupe::policies::schema {

json::object zero_object(const type_info& type) {
  json::object out;
  for (auto& field : type.fields)
    if (field.zero != zero_form::omitted) out.emplace(field.name, zero_value(field));
  return out;
}

json::value zero_value(const field_info& field) {
  switch (field.zero) {
  case zero_form::omitted:
  case zero_form::null:
    return nullptr;
  case zero_form::object:
    return field.value.type ? zero_object(*field.value.type) : json::object();
  case zero_form::text:
    return "";
  case zero_form::integer:
    return 0;
  case zero_form::truth:
    return false;
  case zero_form::quantity:
    return "0";
  case zero_form::duration:
    return "0s";
  }
  return nullptr;
}

json::value zero_element(const value_info& element) {
  switch (element.kind) {
  case value_kind::boolean:
    return false;
  case value_kind::string:
  case value_kind::bytes:
    return "";
  case value_kind::int32:
  case value_kind::int64:
  case value_kind::int_or_string:
    return 0;
  case value_kind::number:
    return 0.0;
  case value_kind::quantity:
    return "0";
  case value_kind::duration:
    return "0s";
  case value_kind::object:
    return zero_object(*element.type);
  case value_kind::time:
  case value_kind::micro_time:
  case value_kind::array:
  case value_kind::map:
  case value_kind::any:
    return nullptr;
  }
  return nullptr;
}

bool is_written(const field_info& field, const json::value& value) noexcept {
  if (field.pointer || field.zero != zero_form::omitted) return true;
  switch (value.kind()) {
  case json::kind::null:
    return false;
  case json::kind::bool_:
    return value.get_bool();
  case json::kind::string:
    return !value.get_string().empty();
  case json::kind::int64:
    return value.get_int64() != 0;
  case json::kind::uint64:
    return value.get_uint64() != 0;
  case json::kind::double_:
    return value.get_double() != 0;
  case json::kind::array:
    return !value.get_array().empty();
  case json::kind::object:
    return field.value.kind == value_kind::object || !value.get_object().empty();
  }
  return true;
}

} // namespace troupe::policies::schema
