#include "policies/schema/descriptor.hpp"
#include <algorithm>
#include <charconv>

namespace troupe::policies::schema {

namespace {

constexpr std::string_view verb_names[] = {"create", "delete", "deletecollection", "get",
                                           "list",   "patch",  "update",           "watch"};

/// The value at a path whose parts are member names, or an index in a list.
const json::value* walk(const json::object& body, const std::vector<std::string>& path) noexcept {
  const json::object* object = &body;
  const json::array* list = nullptr;
  const json::value* value = nullptr;
  for (auto& part : path) {
    if (object) {
      value = object->if_contains(part);
    } else {
      std::size_t at = 0;
      std::from_chars(part.data(), part.data() + part.size(), at);
      value = list && at < list->size() ? &(*list)[at] : nullptr;
    }
    if (!value) return nullptr;
    object = value->if_object();
    list = value->if_array();
  }
  return value;
}

/// Text of a scalar; booleans and numbers go through `buffer`.
struct scalar_text {
  char buffer[24];
  std::string_view of(const json::value* value) noexcept {
    if (!value) return {};
    if (auto* text = value->if_string()) return *text;
    if (auto* truth = value->if_bool()) return *truth ? "true" : "false";
    if (auto* number = value->if_int64()) {
      auto end = std::to_chars(buffer, buffer + sizeof buffer, *number).ptr;
      return {buffer, static_cast<std::size_t>(end - buffer)};
    }
    return {};
  }
};

const selectable_field* find_field(const descriptor& of, std::string_view name) noexcept {
  for (auto& alias : of.field_aliases)
    if (alias.first == name) name = alias.second;
  for (auto& field : of.fields)
    if (field.name == name) return &field;
  return nullptr;
}

std::string_view read(const json::object& body, const selectable_field& field, scalar_text& buffer) noexcept {
  auto text = buffer.of(walk(body, field.path));
  if (text.empty() && !field.otherwise.empty()) text = buffer.of(walk(body, field.otherwise));
  return text.empty() ? std::string_view(field.missing) : text;
}

bool member_changed(const json::object& before, const json::object& after, std::string_view name) {
  static const json::value none;
  auto *a = before.if_contains(name), *b = after.if_contains(name);
  return !api::semantically_equal(a ? *a : none, b ? *b : none);
}

bool metadata_changed(const json::object& before, const json::object& after, std::string_view name) {
  static const json::object none;
  auto *a = api::object_at(before, {"metadata"}), *b = api::object_at(after, {"metadata"});
  return member_changed(a ? *a : none, b ? *b : none, name);
}

/// Whether a member other than those of every object and `except` changed.
bool other_changed(const json::object& before, const json::object& after, std::string_view except) {
  auto skipped = [&](std::string_view name) {
    return name == "metadata" || name == "kind" || name == "apiVersion" || name == except;
  };
  for (auto& member : after)
    if (!skipped(member.key()) && member_changed(before, after, member.key())) return true;
  for (auto& member : before)
    if (!skipped(member.key()) && !after.contains(member.key()) && member_changed(before, after, member.key()))
      return true;
  return false;
}

} // namespace

std::string_view text(verb v) noexcept { return verb_names[static_cast<unsigned>(v)]; }

const subresource* descriptor::find_subresource(std::string_view name) const noexcept {
  for (auto& sub : subresources)
    if (sub.name == name) return &sub;
  return nullptr;
}

api::result<void> descriptor::check(const api::field_selector& selector) const {
  for (auto& term : selector.terms()) {
    if (find_field(*this, term.field)) continue;
    auto message = unknown_field_message;
    constexpr std::string_view mark = "<label>";
    if (auto at = message.find(mark); at != message.npos) message.replace(at, mark.size(), term.field);
    return api::failure(api::bad_request(std::move(message)));
  }
  return {};
}

std::string descriptor::value_of(const json::object& body, std::string_view field) const {
  auto* found = find_field(*this, field);
  scalar_text buffer;
  return found ? std::string(read(body, *found, buffer)) : std::string();
}

bool descriptor::matches(const json::object& body, const api::field_selector& selector) const {
  scalar_text buffer;
  return std::all_of(selector.terms().begin(), selector.terms().end(), [&](auto& term) {
    auto* field = find_field(*this, term.field);
    return field && (read(body, *field, buffer) == term.value) != term.negated;
  });
}

bool descriptor::raises_generation(const json::object& before, const json::object& after) const {
  switch (generation) {
  case generation_rule::none:
  case generation_rule::fixed:
    return false;
  case generation_rule::spec:
    return member_changed(before, after, "spec");
  case generation_rule::spec_or_annotations:
    return member_changed(before, after, "spec") || metadata_changed(before, after, "annotations");
  case generation_rule::not_metadata:
    return other_changed(before, after, {}) || metadata_changed(before, after, "labels");
  case generation_rule::body:
    return other_changed(before, after, "status");
  }
  return false;
}

} // namespace troupe::policies::schema
