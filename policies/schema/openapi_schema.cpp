#include "policies/schema/openapi_schema.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::policies::schema {

namespace {

constexpr std::string_view meta = "io.k8s.apimachinery.pkg.apis.meta.v1.";

/// Full names of the types that are no structs in the tables.
std::string_view scalar_name(const value_info& v) {
  switch (v.kind) {
  case value_kind::time:
    return "io.k8s.apimachinery.pkg.apis.meta.v1.Time";
  case value_kind::micro_time:
    return "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime";
  case value_kind::duration:
    return "io.k8s.apimachinery.pkg.apis.meta.v1.Duration";
  case value_kind::quantity:
    return "io.k8s.apimachinery.pkg.api.resource.Quantity";
  case value_kind::int_or_string:
    return "io.k8s.apimachinery.pkg.util.intstr.IntOrString";
  case value_kind::any:
    if (v.raw == "FieldsV1") return "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1";
    if (v.raw == "Patch") return "io.k8s.apimachinery.pkg.apis.meta.v1.Patch";
    return "io.k8s.apimachinery.pkg.runtime.RawExtension";
  default:
    return {};
  }
}

std::string_view reference_of(const value_info& v) {
  return v.kind == value_kind::object ? v.type->name : scalar_name(v);
}

json::object plain(std::string_view type, std::string_view format = {}) {
  json::object out{{"type", type}};
  if (!format.empty()) out["format"] = format;
  return out;
}

/// The schema of a value. Items and map values carry the zero default that upstream's generator gives them in v3.
json::object value_schema(const value_info& v, openapi_version version, bool element) {
  auto with_default = [&](json::object out, json::value zero) {
    if (element && version == openapi_version::v3) out["default"] = std::move(zero);
    return out;
  };
  if (auto name = reference_of(v); !name.empty()) {
    auto reference = openapi_reference(version, name);
    if (version == openapi_version::v2) return {{"$ref", reference}};
    json::object out{{"allOf", json::array{json::object{{"$ref", reference}}}}};
    return v.kind == value_kind::object ? with_default(std::move(out), json::object()) : out;
  }
  switch (v.kind) {
  case value_kind::boolean:
    return with_default(plain("boolean"), false);
  case value_kind::int32:
    return with_default(plain("integer", "int32"), 0);
  case value_kind::int64:
    return with_default(plain("integer", "int64"), 0);
  case value_kind::number:
    return with_default(plain("number", "double"), 0);
  case value_kind::bytes:
    return plain("string", "byte");
  case value_kind::array:
    return {{"type", "array"}, {"items", value_schema(*v.element, version, true)}};
  case value_kind::map:
    return {{"type", "object"}, {"additionalProperties", value_schema(*v.element, version, true)}};
  default:
    return with_default(plain("string"), "");
  }
}

std::string_view list_text(list_kind kind) {
  return kind == list_kind::map ? "map" : kind == list_kind::set ? "set" : "atomic";
}

json::object field_schema(const field_info& field, openapi_version version) {
  auto out = value_schema(field.value, version, false);
  if (!field.description.empty()) out["description"] = field.description;
  if (!field.default_value.empty())
    out["default"] = json::parse(field.default_value);
  else if (version == openapi_version::v3 && field.value.kind == value_kind::object && !field.pointer)
    out["default"] = json::object();
  if (!field.values.empty()) {
    auto& values = out["enum"].emplace_array();
    for (auto value : field.values)
      values.emplace_back(value);
  }
  if (field.list != list_kind::unmarked) out["x-kubernetes-list-type"] = list_text(field.list);
  if (field.atomic_map) out["x-kubernetes-map-type"] = "atomic";
  if (!field.list_map_keys.empty()) {
    auto& keys = out["x-kubernetes-list-map-keys"].emplace_array();
    for (auto key : field.list_map_keys)
      keys.emplace_back(key);
  }
  if (!field.merge_key.empty()) out["x-kubernetes-patch-merge-key"] = field.merge_key;
  if (field.patch.merge || field.patch.retain_keys)
    out["x-kubernetes-patch-strategy"] = field.patch.merge && field.patch.retain_keys ? "merge,retainKeys"
                                         : field.patch.merge                          ? "merge"
                                                                                      : "retainKeys";
  return out;
}

json::object kind_entry(std::string_view group, std::string_view version, std::string_view kind) {
  return {{"group", group}, {"kind", kind}, {"version", version}};
}

void add_kinds(json::object& out, const type_info& type, const group_versions& versions) {
  json::array kinds;
  if (!type.kind.empty()) {
    kinds.push_back(kind_entry(type.group, type.version, type.kind));
  } else if (type.name.starts_with(meta) && (type.short_name == "DeleteOptions" || type.short_name == "WatchEvent")) {
    for (auto& v : versions)
      kinds.push_back(kind_entry(v.first, v.second, type.short_name));
  }
  if (!kinds.empty()) out["x-kubernetes-group-version-kind"] = std::move(kinds);
}

} // namespace

std::string openapi_reference(openapi_version version, std::string_view name) {
  return fmt::format("{}{}", version == openapi_version::v2 ? "#/definitions/" : "#/components/schemas/", name);
}

json::object openapi_schema(const type_info& type, openapi_version version, const group_versions& versions) {
  json::object out;
  if (!type.description.empty()) out["description"] = type.description;
  out["type"] = "object";
  json::array required;
  auto& properties = out["properties"].emplace_object();
  std::vector<const field_info*> sorted;
  for (auto& field : type.fields)
    sorted.push_back(&field);
  std::sort(sorted.begin(), sorted.end(), [](auto* a, auto* b) { return a->name < b->name; });
  properties.reserve(sorted.size());
  for (auto* field : sorted) {
    properties[field->name] = field_schema(*field, version);
    if (field->required) required.emplace_back(field->name);
  }
  if (!required.empty()) out["required"] = std::move(required);
  add_kinds(out, type, versions);
  if (type.atomic) out["x-kubernetes-map-type"] = "atomic";
  return out;
}

void add_references(const type_info& type, std::set<std::string_view>& names) {
  for (auto& field : type.fields)
    for (auto* value = &field.value; value; value = value->element)
      if (auto name = reference_of(*value); !name.empty()) names.insert(name);
}

json::object openapi_scalar(std::string_view name, openapi_version version) {
  auto last = name.substr(name.rfind('.') + 1);
  auto described = [](json::object out, std::string_view text) {
    out["description"] = text;
    return out;
  };
  auto either = [&](std::string_view a, std::string_view b, std::string_view format, std::string_view text) {
    if (version == openapi_version::v2) return described(plain("string", format), text);
    json::object out{{"oneOf", json::array{plain(a), plain(b)}}};
    if (!format.empty()) out["format"] = format;
    return described(std::move(out), text);
  };
  if (last == "Time") return described(plain("string", "date-time"), "A time with seconds, RFC 3339.");
  if (last == "MicroTime") return described(plain("string", "date-time"), "A time with microseconds, RFC 3339.");
  if (last == "Duration") return described(plain("string"), "A duration such as 1m30s.");
  if (last == "Quantity")
    return either("string", "number", "", "A number with a decimal or binary suffix, such as 500m, 2 or 64Mi.");
  if (last == "IntOrString")
    return either("integer", "string", "int-or-string", "A number, or a text such as a port name or a percentage.");
  if (last == "RawExtension" || last == "FieldsV1" || last == "Patch")
    return described(plain("object"), "Free-form data that the server keeps as it is.");
  return {};
}

} // namespace troupe::policies::schema
