#include "policies/schema/protobuf.hpp"
#include "policies/schema/protobuf_wire.hpp"
#include "policies/schema/scalar.hpp"
#include <algorithm>
#include <bit>
#include <vector>

namespace troupe::policies::schema {

namespace {

void write_message(std::string& out, const json::object& body, const type_info& names, const type_info& type);

std::int64_t whole(const json::value& v) {
  if (auto* n = v.if_int64()) return *n;
  if (auto* n = v.if_uint64()) return static_cast<std::int64_t>(*n);
  return 0;
}

std::string_view text_of(const json::value* v) {
  auto* text = v ? v->if_string() : nullptr;
  return text ? std::string_view(*text) : std::string_view();
}

/// The bytes of a message that holds one scalar form. Null pointer: the zero value.
std::string scalar_message(const value_info& kind, const json::value* value) {
  std::string out;
  wire_writer to(out);
  switch (kind.kind) {
  case value_kind::time:
  case value_kind::micro_time:
    if (auto t = time_to_unix(text_of(value))) {
      to.number(1, t->seconds);
      to.number(2, kind.kind == value_kind::micro_time ? t->nanos : 0);
    }
    break;
  case value_kind::duration:
    to.number(1, parse_go_duration(text_of(value)).value_or(0));
    break;
  case value_kind::quantity: {
    auto text = text_of(value);
    to.bytes(1, text.empty() ? "0" : text);
    break;
  }
  default: {
    const bool text = value && value->is_string();
    to.number(1, text ? 1 : 0);
    to.number(2, value && !text ? whole(*value) : 0);
    to.bytes(3, text_of(value));
  }
  }
  return out;
}

/// Writes one value under a field number. Null pointer: the zero value, which Go writes for fields that are no
/// pointers.
void write_value(std::string& out, std::uint32_t number, const value_info& kind, const json::value* value) {
  wire_writer to(out);
  switch (kind.kind) {
  case value_kind::boolean:
    to.number(number, value && value->is_bool() && value->get_bool());
    return;
  case value_kind::int32:
  case value_kind::int64:
    to.number(number, value ? whole(*value) : 0);
    return;
  case value_kind::number: {
    double x = value && value->is_double() ? value->get_double() : value ? static_cast<double>(whole(*value)) : 0.0;
    to.fixed64(number, std::bit_cast<std::uint64_t>(x));
    return;
  }
  case value_kind::string:
    to.bytes(number, text_of(value));
    return;
  case value_kind::bytes: {
    std::size_t unused = 0;
    to.bytes(number, decode_base64(text_of(value), unused).value_or(std::string()));
    return;
  }
  case value_kind::object: {
    static const json::object none;
    auto* body = value ? value->if_object() : nullptr;
    std::string inner;
    write_message(inner, body ? *body : none, *kind.type, *kind.type);
    to.bytes(number, inner);
    return;
  }
  case value_kind::any: {
    std::string inner;
    if (value && !value->is_null()) wire_writer(inner).bytes(1, json::serialize(*value));
    to.bytes(number, inner);
    return;
  }
  case value_kind::array: {
    std::string inner;
    if (auto* items = value ? value->if_array() : nullptr)
      for (auto& item : *items)
        write_value(inner, 1, *kind.element, &item);
    to.bytes(number, inner);
    return;
  }
  case value_kind::map:
    return;
  default:
    to.bytes(number, scalar_message(kind, value));
    return;
  }
}

/// Entries in the order of their keys, as Go writes them.
void write_map(std::string& out, const field_info& field, const json::object& members) {
  std::vector<const json::key_value_pair*> sorted;
  for (auto& member : members)
    sorted.push_back(&member);
  std::sort(sorted.begin(), sorted.end(), [](auto* a, auto* b) { return a->key() < b->key(); });
  for (auto* member : sorted) {
    std::string entry;
    wire_writer(entry).bytes(1, member->key());
    write_value(entry, 2, *field.value.element, &member->value());
    wire_writer(out).bytes(field.number, entry);
  }
}

void write_field(std::string& out, const field_info& field, const json::value* value) {
  if (value && value->is_null()) value = nullptr;
  if (field.value.kind == value_kind::array) {
    if (auto* items = value ? value->if_array() : nullptr)
      for (auto& item : *items)
        write_value(out, field.number, *field.value.element, item.is_null() ? nullptr : &item);
  } else if (field.value.kind == value_kind::map) {
    if (auto* members = value ? value->if_object() : nullptr) write_map(out, field, *members);
  } else if (value || !(field.pointer || field.value.kind == value_kind::bytes)) {
    write_value(out, field.number, field.value, value);
  }
}

/// Writes the fields of `type`, which is `names` or a message embedded in it; the members lie flat in `body`.
void write_message(std::string& out, const json::object& body, const type_info& names, const type_info& type) {
  for (auto index : type.wire_order) {
    if (index >= type.fields.size()) {
      auto& inner = type.embedded[index - type.fields.size()];
      std::string message;
      write_message(message, body, names, *inner.type);
      wire_writer(out).bytes(inner.number, message);
    } else {
      auto& field = type.fields[index];
      write_field(out, field, body.if_contains(field.name));
    }
  }
}

} // namespace

std::string encode_message(const json::object& body, const type_info& type) {
  std::string out;
  write_message(out, body, type, type);
  return out;
}

std::string encode_protobuf(const json::object& body, const type_info& type) {
  std::string out("k8s\0", 4), meta;
  wire_writer(meta).bytes(1, api::string_at(body, {"apiVersion"}));
  wire_writer(meta).bytes(2, api::string_at(body, {"kind"}));
  wire_writer to(out);
  to.bytes(1, meta);
  to.bytes(2, encode_message(body, type));
  // contentEncoding and contentType; Go writes them even when empty.
  to.bytes(3, {});
  to.bytes(4, {});
  return out;
}

} // namespace troupe::policies::schema
