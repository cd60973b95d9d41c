#include "policies/schema/openapi_protobuf.hpp"
#include "policies/schema/protobuf_wire.hpp"

// Field numbers are those of gnostic's OpenAPIv2.proto.

namespace troupe::policies::schema {

namespace json = boost::json;

namespace {

std::string_view text_of(const json::object& from, std::string_view name) {
  auto* value = from.if_contains(name);
  return value && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

void put_text(std::string& out, std::uint32_t number, const json::object& from, std::string_view name) {
  if (auto text = text_of(from, name); !text.empty()) wire_writer(out).bytes(number, text);
}

void put_texts(std::string& out, std::uint32_t number, const json::object& from, std::string_view name) {
  auto* value = from.if_contains(name);
  if (!value || !value->is_array()) return;
  for (auto& item : value->get_array())
    wire_writer(out).bytes(number, item.get_string());
}

void put_flag(std::string& out, std::uint32_t number, const json::object& from, std::string_view name) {
  auto* value = from.if_contains(name);
  if (value && value->is_bool() && value->get_bool()) wire_writer(out).number(number, 1);
}

/// `Any` {2: yaml}: JSON text is YAML, too.
std::string any(const json::value& value) {
  std::string out;
  wire_writer(out).bytes(2, json::serialize(value));
  return out;
}

/// A pair of name and message, as all maps of gnostic are.
std::string named(std::string_view name, std::string_view message) {
  std::string out;
  wire_writer(out).bytes(1, name);
  wire_writer(out).bytes(2, message);
  return out;
}

void put_extensions(std::string& out, std::uint32_t number, const json::object& from) {
  for (auto& member : from)
    if (member.key().starts_with("x-")) wire_writer(out).bytes(number, named(member.key(), any(member.value())));
}

std::string wrapped(std::uint32_t number, std::string_view message) {
  std::string out;
  wire_writer(out).bytes(number, message);
  return out;
}

std::string schema(const json::object& from) {
  std::string out;
  wire_writer to(out);
  put_text(out, 1, from, "$ref");
  put_text(out, 2, from, "format");
  put_text(out, 4, from, "description");
  if (auto* value = from.if_contains("default")) to.bytes(5, any(*value));
  put_texts(out, 19, from, "required");
  if (auto* values = from.if_contains("enum"))
    for (auto& value : values->get_array())
      to.bytes(20, any(value));
  if (auto* values = from.if_contains("additionalProperties")) to.bytes(21, wrapped(1, schema(values->get_object())));
  if (auto type = text_of(from, "type"); !type.empty()) to.bytes(22, wrapped(1, type));
  if (auto* items = from.if_contains("items")) to.bytes(23, wrapped(1, schema(items->get_object())));
  if (auto* members = from.if_contains("properties")) {
    std::string properties;
    for (auto& member : members->get_object())
      wire_writer(properties).bytes(1, named(member.key(), schema(member.value().get_object())));
    to.bytes(25, properties);
  }
  put_extensions(out, 31, from);
  return out;
}

/// ParametersItem {1: Parameter {1: body} or {2: NonBodyParameter {3: query} or {4: path}}}.
std::string parameter(const json::object& from) {
  std::string out;
  auto in = text_of(from, "in");
  if (in == "body") {
    put_text(out, 1, from, "description");
    put_text(out, 2, from, "name");
    put_text(out, 3, from, "in");
    put_flag(out, 4, from, "required");
    wire_writer(out).bytes(5, schema(from.at("schema").get_object()));
    return wrapped(1, wrapped(1, out));
  }
  put_flag(out, 1, from, "required");
  put_text(out, 2, from, "in");
  put_text(out, 3, from, "description");
  put_text(out, 4, from, "name");
  // Path parameters lack `allowEmptyValue`, so their numbers are one less from here on.
  const bool path = in == "path";
  put_text(out, path ? 5 : 6, from, "type");
  return wrapped(1, wrapped(2, wrapped(path ? 4 : 3, out)));
}

void put_parameters(std::string& out, std::uint32_t number, const json::object& from) {
  auto* list = from.if_contains("parameters");
  if (!list) return;
  for (auto& item : list->get_array())
    wire_writer(out).bytes(number, parameter(item.get_object()));
}

std::string responses(const json::object& from) {
  std::string out;
  for (auto& member : from) {
    auto& answer = member.value().get_object();
    std::string response;
    put_text(response, 1, answer, "description");
    if (auto* body = answer.if_contains("schema"))
      wire_writer(response).bytes(2, wrapped(1, schema(body->get_object())));
    wire_writer(out).bytes(1, named(member.key(), wrapped(1, response)));
  }
  return out;
}

std::string operation(const json::object& from) {
  std::string out;
  put_texts(out, 1, from, "tags");
  put_text(out, 3, from, "description");
  put_text(out, 5, from, "operationId");
  put_texts(out, 6, from, "produces");
  put_texts(out, 7, from, "consumes");
  put_parameters(out, 8, from);
  wire_writer(out).bytes(9, responses(from.at("responses").get_object()));
  put_extensions(out, 13, from);
  return out;
}

std::string path_item(const json::object& from) {
  struct method {
    std::string_view name;
    std::uint32_t number;
  };
  constexpr method methods[] = {{"get", 2}, {"put", 3}, {"post", 4}, {"delete", 5}, {"patch", 8}};
  std::string out;
  for (auto& m : methods)
    if (auto* value = from.if_contains(m.name)) wire_writer(out).bytes(m.number, operation(value->get_object()));
  put_parameters(out, 9, from);
  return out;
}

} // namespace

std::string openapi_to_protobuf(const json::object& document) {
  std::string out, info, paths, definitions;
  wire_writer to(out);
  to.bytes(1, text_of(document, "swagger"));
  put_text(info, 1, document.at("info").get_object(), "title");
  put_text(info, 2, document.at("info").get_object(), "version");
  to.bytes(2, info);
  for (auto& member : document.at("paths").get_object())
    wire_writer(paths).bytes(2, named(member.key(), path_item(member.value().get_object())));
  to.bytes(8, paths);
  for (auto& member : document.at("definitions").get_object())
    wire_writer(definitions).bytes(1, named(member.key(), schema(member.value().get_object())));
  to.bytes(9, definitions);
  return out;
}

} // namespace troupe::policies::schema
