#include "policies/api/json.hpp"
#include <algorithm>

namespace troupe::api {

const json::value* find(const json::object& root, path where) noexcept {
  const json::object* at = &root;
  const json::value* value = nullptr;
  for (auto name : where) {
    if (!at) return nullptr;
    value = at->if_contains(name);
    if (!value) return nullptr;
    at = value->if_object();
  }
  return value;
}

const json::value* find(const json::value& root, path where) noexcept {
  if (where.size() == 0) return &root;
  auto* object = root.if_object();
  return object ? find(*object, where) : nullptr;
}

namespace {

template <class Root> std::string_view read_string(const Root& root, path where, std::string_view otherwise) noexcept {
  auto* value = find(root, where);
  auto* text = value ? value->if_string() : nullptr;
  return text ? std::string_view(*text) : otherwise;
}

template <class Root> std::int64_t read_int(const Root& root, path where, std::int64_t otherwise) noexcept {
  auto* value = find(root, where);
  if (!value) return otherwise;
  if (auto* number = value->if_int64()) return *number;
  if (auto* number = value->if_uint64()) return static_cast<std::int64_t>(*number);
  return otherwise;
}

template <class Root> bool read_bool(const Root& root, path where, bool otherwise) noexcept {
  auto* value = find(root, where);
  auto* truth = value ? value->if_bool() : nullptr;
  return truth ? *truth : otherwise;
}

bool is_empty(const json::value& v) noexcept {
  switch (v.kind()) {
    case json::kind::null: return true;
    case json::kind::object: {
      for (auto& member : v.get_object())
        if (!is_empty(member.value())) return false;
      return true;
    }
    case json::kind::array: return v.get_array().empty();
    default: return false;
  }
}

bool equal_objects(const json::object& a, const json::object& b) noexcept {
  for (auto& member : a) {
    auto* other = b.if_contains(member.key());
    if (!(other ? semantically_equal(member.value(), *other) : is_empty(member.value()))) return false;
  }
  for (auto& member : b)
    if (!a.contains(member.key()) && !is_empty(member.value())) return false;
  return true;
}

} // namespace

std::string_view string_at(const json::object& r, path w, std::string_view o) noexcept { return read_string(r, w, o); }
std::string_view string_at(const json::value& r, path w, std::string_view o) noexcept { return read_string(r, w, o); }
std::int64_t int_at(const json::object& r, path w, std::int64_t o) noexcept { return read_int(r, w, o); }
std::int64_t int_at(const json::value& r, path w, std::int64_t o) noexcept { return read_int(r, w, o); }
bool bool_at(const json::object& r, path w, bool o) noexcept { return read_bool(r, w, o); }
bool bool_at(const json::value& r, path w, bool o) noexcept { return read_bool(r, w, o); }

const json::object* object_at(const json::object& root, path where) noexcept {
  auto* value = find(root, where);
  return value ? value->if_object() : nullptr;
}
const json::object* object_at(const json::value& root, path where) noexcept {
  auto* value = find(root, where);
  return value ? value->if_object() : nullptr;
}
const json::array* array_at(const json::object& root, path where) noexcept {
  auto* value = find(root, where);
  return value ? value->if_array() : nullptr;
}
const json::array* array_at(const json::value& root, path where) noexcept {
  auto* value = find(root, where);
  return value ? value->if_array() : nullptr;
}

json::object& ensure_object(json::object& root, path where) {
  json::object* at = &root;
  for (auto name : where) {
    auto& value = (*at)[name];
    if (!value.is_object()) value.emplace_object();
    at = &value.get_object();
  }
  return *at;
}

void set_at(json::object& root, path where, json::value value) {
  json::object* at = &root;
  std::size_t left = where.size();
  for (auto name : where) {
    auto& member = (*at)[name];
    if (--left == 0) {
      member = std::move(value);
      return;
    }
    if (!member.is_object()) member.emplace_object();
    at = &member.get_object();
  }
}

bool erase_at(json::object& root, path where) noexcept {
  json::object* at = &root;
  std::size_t left = where.size();
  for (auto name : where) {
    if (--left == 0) return at->erase(name) != 0;
    auto* member = at->if_contains(name);
    at = member ? member->if_object() : nullptr;
    if (!at) return false;
  }
  return false;
}

bool semantically_equal(const json::value& a, const json::value& b) noexcept {
  if (a.is_number() && b.is_number()) return a == b;
  if (a.kind() != b.kind()) return is_empty(a) && is_empty(b);
  switch (a.kind()) {
    case json::kind::object: return equal_objects(a.get_object(), b.get_object());
    case json::kind::array: {
      auto &x = a.get_array(), &y = b.get_array();
      return x.size() == y.size() && std::equal(x.begin(), x.end(), y.begin(), semantically_equal);
    }
    default: return a == b;
  }
}

} // namespace troupe::api
