#include "policies/patch/strategic_merge.hpp"
#include "policies/patch/element_order.hpp"
#include "policies/patch/go_text.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <unordered_set>
#include <vector>

namespace troupe::policies::patch {

namespace {

constexpr std::string_view directive = "$patch";
constexpr std::string_view retain_keys = "$retainKeys";
constexpr std::string_view set_order = "$setElementOrder";
constexpr std::string_view delete_from_list = "$deleteFromPrimitiveList";

using problem = std::optional<api::status>; ///< empty means success

api::status bad(std::string text) { return api::bad_request(std::move(text)); }

api::status no_merge_key(const json::value& item, std::string_view merge_key) {
  return bad(fmt::format("map: {} does not contain declared merge key: {}", go_text(item), merge_key));
}

api::status unknown_directive(const json::value& value, const json::object& patch) {
  return bad(fmt::format("unknown patch type: '{}' in map: {}", go_text(value), go_text(patch)));
}

api::status list_of_lists() {
  auto s = bad("the server rejected our request due to an error in our request");
  s.code = 422;
  s.reason = "Invalid";
  return s;
}

bool is_directive(std::string_view key) {
  return key == directive || key == retain_keys || key.starts_with(set_order) || key.starts_with(delete_from_list);
}

template <class Predicate> void erase_items(json::array& list, Predicate unwanted) {
  auto end = std::remove_if(list.begin(), list.end(), unwanted);
  list.erase(end, list.end());
}

/// Takes directives and nulls out of a value that enters the document as a whole.
void clean(json::value& value) {
  if (auto* list = value.if_array()) {
    erase_items(*list, [](const json::value& item) {
      auto* object = item.if_object();
      return object && object->contains(directive) && (object->size() == 1 || (*object).at(directive) == "delete");
    });
    for (auto& item : *list) clean(item);
  }
  auto* object = value.if_object();
  if (!object) return;
  std::vector<std::string> unwanted;
  for (auto& member : *object) {
    if (member.value().is_null() || is_directive(member.key())) unwanted.emplace_back(member.key());
    else clean(member.value());
  }
  for (auto& key : unwanted) object->erase(key);
}

/// The list's field name behind the slash of a directive.
std::optional<std::string> field_behind(std::string_view key, std::string_view prefix) {
  if (key.size() <= prefix.size() || key[prefix.size()] != '/') return std::nullopt;
  return std::string(key.substr(prefix.size() + 1));
}

std::vector<std::string> keys_with(const json::object& patch, std::string_view prefix) {
  std::vector<std::string> out;
  for (auto& member : patch)
    if (std::string_view(member.key()).starts_with(prefix)) out.emplace_back(member.key());
  return out;
}

problem merge_objects(json::object& original, json::object patch, const merge_rules& rules);

problem retain(json::object& original, json::object& patch) {
  auto* directive_value = patch.if_contains(retain_keys);
  if (!directive_value) return {};
  const auto malformed = [] { return bad("invalid patch format of retainKeys"); };
  auto* list = directive_value->if_array();
  if (!list) return malformed();
  std::unordered_set<std::string> kept;
  for (auto& key : *list)
    if (auto* text = key.if_string()) kept.emplace(*text);
  patch.erase(retain_keys);
  for (auto& member : patch)
    if (!member.value().is_null() && !is_directive(member.key()) && !kept.contains(member.key())) return malformed();
  std::vector<std::string> dropped;
  for (auto& member : original)
    if (!kept.contains(member.key())) dropped.emplace_back(member.key());
  for (auto& key : dropped) original.erase(key);
  return {};
}

/// Objects are the only items that merge by key; a list of lists cannot be patched.
enum class item_kind { scalar, object };

tl::expected<item_kind, api::status> kind_of_items(const json::array& a, const json::array& b) {
  std::optional<item_kind> kind;
  for (auto* list : {&a, &b})
    for (auto& item : *list) {
      if (item.is_array()) return tl::unexpected(list_of_lists());
      auto found = item.is_object() ? item_kind::object : item_kind::scalar;
      if (kind && *kind != found) return tl::unexpected(bad("list element types are not identical"));
      kind = found;
    }
  return kind.value_or(item_kind::scalar);
}

void merge_scalars(json::array& original, const json::array& patch) {
  std::unordered_set<std::string> seen;
  json::array out;
  for (auto* list : {&std::as_const(original), &patch})
    for (auto& item : *list)
      if (seen.insert(json::serialize(item)).second) out.push_back(item);
  original = std::move(out);
}

/// Carries out `$patch` items. True in `replace` if the rest of the patch is the whole new list.
problem special_items(json::array& original, json::array& patch, std::string_view merge_key, bool& replace) {
  std::unordered_set<std::string> deleted;
  for (auto& item : patch) {
    auto* object = item.if_object();
    auto* what = object ? object->if_contains(directive) : nullptr;
    if (!what) continue;
    if (*what == "replace") {
      replace = true;
    } else if (*what == "delete") {
      if (!object->contains(merge_key)) return no_merge_key(item, merge_key);
      deleted.insert(item_identity(item, merge_key));
    } else {
      return *what == "merge" ? bad("merging lists cannot yet be specified in the patch")
                              : unknown_directive(*what, *object);
    }
  }
  erase_items(patch, [](auto& item) { return item.is_object() && item.get_object().contains(directive); });
  erase_items(original, [&](auto& item) { return deleted.contains(item_identity(item, merge_key)); });
  return {};
}

problem merge_list_objects(json::array& original, json::array patch, const merge_field& field) {
  auto index = index_of(original, field.merge_key);
  for (auto& item : patch) {
    auto& object = item.get_object();
    if (!object.contains(field.merge_key)) return no_merge_key(item, field.merge_key);
    auto [at, is_new] = index.try_emplace(item_identity(item, field.merge_key), original.size());
    if (is_new) {
      clean(item);
      original.push_back(std::move(item));
    } else if (auto error = merge_objects(original[at->second].as_object(), std::move(object), field.child)) {
      return error;
    }
  }
  return {};
}

problem merge_lists(json::array& original, json::array patch, const merge_field& field) {
  if (!field.merge) {
    original = std::move(patch);
    return {};
  }
  if (original.empty() && patch.empty()) return {};
  auto kind = kind_of_items(original, patch);
  if (!kind) return kind.error();
  auto live = original;
  if (*kind == item_kind::scalar) {
    merge_scalars(original, patch);
  } else {
    if (field.merge_key.empty()) return bad(fmt::format("cannot merge lists without merge key for {}", field.go_type));
    for (auto& item : live)
      if (!item.as_object().contains(field.merge_key)) return no_merge_key(item, field.merge_key);
    bool replace = false;
    if (auto error = special_items(original, patch, field.merge_key, replace)) return error;
    if (replace) original.clear();
    if (auto error = merge_list_objects(original, patch, field)) return error;
  }
  original = ordered(std::move(original), patch, live, field.merge_key);
  return {};
}

/// One `$setElementOrder/<list>`: merges the list with its patch, if any, and brings it into the given order.
problem set_element_order(json::object& original, json::object& patch, const std::string& key,
                          const merge_rules& rules) {
  auto name = field_behind(key, set_order);
  auto* order_value = patch.if_contains(key);
  auto* order = order_value ? order_value->if_array() : nullptr;
  if (!name || !order) return bad("invalid patch format of setElementOrder list");
  auto wanted = *order;
  patch.erase(key);
  auto field = rules.field(*name);
  auto *live_value = original.if_contains(*name), *patch_value = patch.if_contains(*name);
  if ((live_value && !live_value->is_array()) || (patch_value && !patch_value->is_array()))
    // Null, or a change of the field's type: nothing to order.
    return {};
  if (!live_value && !patch_value) return {};
  if (patch_value) {
    auto remaining = patch_value->get_array();
    erase_items(remaining, [](auto& item) { return item.is_object() && item.get_object().contains(directive); });
    if (!follows(remaining, wanted, field.merge_key))
      return bad(fmt::format("The order in patch list:\n{}\n doesn't match {} list:\n{}\n", go_text(*patch_value),
                             set_order, go_text(wanted)));
  }
  auto live = live_value ? live_value->get_array() : json::array();
  auto merged = live;
  if (patch_value) {
    if (auto error = merge_lists(merged, patch_value->get_array(), field)) return error;
    json::value cleaned(std::move(merged));
    if (!live_value) clean(cleaned);
    merged = std::move(cleaned.get_array());
  }
  original[*name] = ordered(std::move(merged), wanted, live, field.merge_key);
  patch.erase(*name);
  return {};
}

problem delete_scalars(json::object& original, json::object& patch, const std::string& key) {
  auto name = field_behind(key, delete_from_list);
  auto* value = patch.if_contains(key);
  auto* gone = value ? value->if_array() : nullptr;
  if (!name || !gone) return bad("invalid patch format of primitive list");
  std::unordered_set<std::string> unwanted;
  for (auto& item : *gone) unwanted.insert(json::serialize(item));
  auto* list = original.if_contains(*name);
  if (list && list->is_array())
    erase_items(list->get_array(), [&](auto& item) { return unwanted.contains(json::serialize(item)); });
  patch.erase(key);
  return {};
}

problem merge_member(json::object& original, std::string_view key, json::value& value, const merge_rules& rules) {
  if (value.is_null()) {
    original.erase(key);
    return {};
  }
  auto* target = original.if_contains(key);
  if (target && target->is_object() && value.is_object())
    return merge_objects(target->get_object(), std::move(value.get_object()), rules.field(key).child);
  if (target && target->is_array() && value.is_array())
    return merge_lists(target->get_array(), std::move(value.get_array()), rules.field(key));
  clean(value);
  original.insert_or_assign(key, std::move(value));
  return {};
}

problem merge_objects(json::object& original, json::object patch, const merge_rules& rules) {
  if (auto* what = patch.if_contains(directive)) {
    if (*what != "replace" && *what != "delete") return unknown_directive(*what, patch);
    json::value replacement(*what == "replace" ? std::move(patch) : json::object());
    clean(replacement);
    original = std::move(replacement.get_object());
    return {};
  }
  if (auto error = retain(original, patch)) return error;
  for (auto& key : keys_with(patch, delete_from_list))
    if (auto error = delete_scalars(original, patch, key)) return error;
  for (auto& key : keys_with(patch, set_order))
    if (auto error = set_element_order(original, patch, key, rules)) return error;
  for (auto& member : patch)
    if (auto error = merge_member(original, member.key(), member.value(), rules)) return error;
  return {};
}

} // namespace

api::result<json::value> apply_strategic_merge(const json::value& document, const json::value& patch,
                                               const merge_rules& rules) {
  if (!patch.is_object() || !document.is_object())
    return api::failure(api::bad_request(fmt::format(
      "error decoding patch: json: cannot unmarshal {} into Go value of type map[string]interface {{}}",
      go_kind(patch))));
  // Both are copied to the heap: a parsed document may keep its memory elsewhere.
  json::object out(document.get_object(), json::storage_ptr());
  if (auto error = merge_objects(out, json::object(patch.get_object(), json::storage_ptr()), rules))
    return api::failure(std::move(*error));
  return json::value(std::move(out));
}

} // namespace troupe::policies::patch
