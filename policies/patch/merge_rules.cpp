#include "policies/patch/merge_rules.hpp"
#include "policies/schema/type.hpp"

namespace troupe::policies::patch {

namespace {

merge_field of_type(const void* node, std::string_view name);
merge_field of_map(const void* node, std::string_view name);

/// Rules below a value: of the object itself, of the items of a list, of the values of a map.
merge_rules below(const schema::value_info& value) noexcept {
  switch (value.kind) {
    case schema::value_kind::object: return {value.type, of_type};
    case schema::value_kind::array: return value.element ? below(*value.element) : merge_rules{};
    case schema::value_kind::map: return {value.element, of_map};
    default: return {};
  }
}

merge_field of_type(const void* node, std::string_view name) {
  auto* field = static_cast<const schema::type_info*>(node)->find(name);
  if (!field) return {};
  return {field->patch.merge, field->merge_key, field->value.go_type, below(field->value)};
}

merge_field of_map(const void* node, std::string_view) {
  auto* element = static_cast<const schema::value_info*>(node);
  return element ? merge_field{false, {}, element->go_type, below(*element)} : merge_field{};
}

} // namespace

merge_field merge_rules::field(std::string_view name) const {
  return lookup && node ? lookup(node, name) : merge_field{};
}

merge_rules rules_of(const schema::type_info& type) noexcept { return {&type, of_type}; }

} // namespace troupe::policies::patch
