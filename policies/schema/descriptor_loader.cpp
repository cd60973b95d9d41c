#include "policies/schema/descriptor_loader.hpp"
#include "policies/schema/conversion.hpp"
#include "policies/schema/embedded_tables.hpp"
#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>

namespace troupe::policies::schema {

namespace {

using api::string_at;

template <class Each> void split(std::string_view text, char separator, Each each) {
  while (!text.empty()) {
    auto end = std::min(text.find(separator), text.size());
    each(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

verb_set parse_verbs(std::string_view list) {
  verb_set out;
  for (unsigned v = 0; v <= static_cast<unsigned>(verb::watch); ++v)
    if (list == "*") out.add(static_cast<verb>(v));
  if (list == "*") return out;
  split(list, ',', [&](std::string_view name) {
    for (unsigned v = 0; v <= static_cast<unsigned>(verb::watch); ++v)
      if (text(static_cast<verb>(v)) == name) out.add(static_cast<verb>(v));
  });
  return out;
}

std::vector<std::string> texts(const json::object& from, std::string_view name) {
  std::vector<std::string> out;
  if (auto* list = api::array_at(from, {name}))
    for (auto& item : *list)
      out.emplace_back(item.get_string());
  return out;
}

/// "group/version/Kind".
api::group_version_kind parse_kind(std::string_view text) {
  auto a = text.find('/'), b = text.find('/', a + 1);
  return {std::string(text.substr(0, a)), std::string(text.substr(a + 1, b - a - 1)), std::string(text.substr(b + 1))};
}

std::string kind_key(const api::group_version_kind& k) { return fmt::format("{}/{}/{}", k.group, k.version, k.kind); }

std::vector<std::string> parse_path(std::string_view text) {
  std::vector<std::string> out;
  split(text, '.', [&](std::string_view part) { out.emplace_back(part); });
  return out;
}

/// What the field set of an object holds where the member is left out: Go prints the zero of the member's type.
std::string missing_value(const type_info& type, const std::vector<std::string>& path) {
  const type_info* at = &type;
  for (auto& part : path) {
    auto* field = at ? at->find(part) : nullptr;
    if (!field) return {};
    if (field->value.kind == value_kind::boolean) return "false";
    if (field->value.kind == value_kind::int32 || field->value.kind == value_kind::int64) return "0";
    at = field->value.type;
  }
  return {};
}

/// "name", or "name=path", or "name=path|other path".
selectable_field parse_field(std::string_view text, const type_info& type) {
  selectable_field out;
  auto equals = text.find('=');
  out.name = text.substr(0, equals);
  auto where = equals == text.npos ? text : text.substr(equals + 1);
  auto bar = where.find('|');
  out.path = parse_path(where.substr(0, bar));
  if (bar != where.npos) out.otherwise = parse_path(where.substr(bar + 1));
  out.missing = missing_value(type, out.path);
  return out;
}

void fill_fields(descriptor& d, const json::object& from) {
  auto own = texts(from, "fields");
  d.unknown_field_message = string_at(
      from, {"unknownField"}, R"("<label>" is not a known field selector: only "metadata.name", "metadata.namespace")");
  if (own.empty()) own = {"metadata.name", "metadata.namespace"};
  for (auto& text : own)
    d.fields.push_back(parse_field(text, *d.type));
  for (auto& name : texts(from, "indexed"))
    for (auto& field : d.fields)
      field.indexed |= field.name == name;
  if (auto* aliases = api::object_at(from, {"aliases"}))
    for (auto& member : *aliases)
      d.field_aliases.emplace_back(member.key(), member.value().get_string());
}

generation_rule parse_generation(std::string_view text) {
  if (text == "spec") return generation_rule::spec;
  if (text == "spec_or_annotations") return generation_rule::spec_or_annotations;
  if (text == "not_metadata") return generation_rule::not_metadata;
  if (text == "body") return generation_rule::body;
  return text == "fixed" ? generation_rule::fixed : generation_rule::none;
}

void fill_rules(descriptor& d, const json::object& from) {
  d.generation = parse_generation(string_at(from, {"generation"}));
  d.first_generation = static_cast<int>(api::int_at(from, {"firstGeneration"}));
  d.create_on_update = api::bool_at(from, {"createOnUpdate"});
  d.unconditional_update = api::bool_at(from, {"unconditionalUpdate"}, true);
  d.status_cleared_on_create = api::bool_at(from, {"statusClearedOnCreate"});
  d.status_kept_on_update = api::bool_at(from, {"statusKeptOnUpdate"});
  auto garbage = string_at(from, {"garbage"});
  d.garbage = garbage == "orphan"        ? garbage_default::orphan
              : garbage == "unsupported" ? garbage_default::unsupported
                                         : garbage_default::background;
}

descriptor load(const json::object& from, const type_tables_loaded& types) {
  descriptor d;
  d.gvk = {std::string(string_at(from, {"group"})), std::string(string_at(from, {"version"})),
           std::string(string_at(from, {"kind"}))};
  d.resource = {d.gvk.group, std::string(string_at(from, {"plural"}))};
  d.singular = string_at(from, {"singular"});
  d.list_kind = d.gvk.kind + "List";
  d.short_names = texts(from, "short");
  d.categories = texts(from, "categories");
  d.namespaced = api::bool_at(from, {"namespaced"});
  d.verbs = parse_verbs(string_at(from, {"verbs"}));
  d.storage_version_hash = string_at(from, {"hash"});
  d.type = types.by_kind(kind_key(d.gvk));
  if (!d.type) std::abort(); // A table without the type of its resource never leaves the tests.
  if (auto* subs = api::object_at(from, {"subresources"}))
    for (auto& member : *subs) {
      auto& value = member.value().get_object();
      auto kind = string_at(value, {"kind"});
      subresource sub{member.key(), kind.empty() ? d.gvk : parse_kind(kind), parse_verbs(string_at(value, {"verbs"})),
                      nullptr};
      sub.type = types.by_kind(kind_key(sub.kind));
      d.subresources.push_back(std::move(sub));
    }
  auto stored = string_at(from, {"stored"});
  d.storage_kind = stored.empty() ? d.gvk : parse_kind(stored);
  d.storage = {d.storage_kind.group, d.resource.resource};
  d.convert = find_conversion(d.gvk);
  fill_fields(d, from);
  fill_rules(d, from);
  return d;
}

} // namespace

std::vector<descriptor> load_descriptors(const type_tables_loaded& types) {
  json::monotonic_resource scratch(64 * 1024);
  auto document = json::parse(resource_table(), &scratch);
  std::vector<descriptor> out;
  out.reserve(document.get_array().size());
  for (auto& entry : document.get_array())
    out.push_back(load(entry.get_object(), types));
  return out;
}

} // namespace troupe::policies::schema
