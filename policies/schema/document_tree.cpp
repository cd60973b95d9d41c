#include "policies/schema/document_tree.hpp"
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <vector>

namespace troupe::policies::schema {

namespace {

template <class T> std::string_view number_text(T number, document_tree& tree) {
  char buffer[32];
  auto end = std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
  return tree.copy({buffer, static_cast<std::size_t>(end - buffer)});
}

node* read(const json::value& from, document_tree& tree);

void read_members(const json::object& from, node& out, document_tree& tree) {
  out.is = node::shape::object;
  node** tail = &out.first;
  for (auto& member : from) {
    *tail = read(member.value(), tree);
    (*tail)->key = member.key();
    tail = &(*tail)->next;
    ++out.size;
  }
}

node* read(const json::value& from, document_tree& tree) {
  node* out = tree.add();
  node** tail = &out->first;
  switch (from.kind()) {
  case json::kind::null:
    break;
  case json::kind::bool_:
    out->is = node::shape::truth;
    out->truth = from.get_bool();
    break;
  case json::kind::string:
    out->is = node::shape::string;
    out->text = from.get_string();
    break;
  case json::kind::int64:
  case json::kind::uint64:
  case json::kind::double_:
    out->is = node::shape::number;
    out->text = from.is_int64()    ? number_text(from.get_int64(), tree)
                : from.is_uint64() ? number_text(from.get_uint64(), tree)
                                   : number_text(from.get_double(), tree);
    break;
  case json::kind::object:
    read_members(from.get_object(), *out, tree);
    break;
  case json::kind::array:
    out->is = node::shape::array;
    for (auto& item : from.get_array()) {
      *tail = read(item, tree);
      tail = &(*tail)->next;
      ++out->size;
    }
    break;
  }
  return out;
}

} // namespace

std::string_view document_tree::copy(std::string_view from) {
  auto* to = text(from.size());
  if (!from.empty()) std::memcpy(to, from.data(), from.size());
  return {to, from.size()};
}

void read_value(const json::value& from, document_tree& into) { into.root = read(from, into); }

void read_object(const json::object& from, document_tree& into) {
  into.root = into.add();
  read_members(from, *into.root, into);
}

json::value number_to_json(std::string_view text) {
  const char *first = text.data(), *last = first + text.size();
  std::int64_t whole = 0;
  if (auto [end, error] = std::from_chars(first, last, whole); error == std::errc{} && end == last) return whole;
  std::uint64_t large = 0;
  if (auto [end, error] = std::from_chars(first, last, large); error == std::errc{} && end == last) return large;
  double number = 0;
  auto [end, error] = std::from_chars(first, last, number);
  // JSON has no infinity: a number that no double holds becomes the largest one.
  if (error == std::errc::result_out_of_range)
    number = text.find("e-") == text.npos && text.find("E-") == text.npos ? 1.7976931348623157e308 : 0.0;
  return number;
}

json::value to_json(const node& from) {
  switch (from.is) {
  case node::shape::null:
    return nullptr;
  case node::shape::truth:
    return from.truth;
  case node::shape::number:
    return number_to_json(from.text);
  case node::shape::string:
    return json::value(json::string(from.text));
  case node::shape::array: {
    json::array out;
    out.reserve(from.size);
    for (auto* item = from.first; item; item = item->next)
      out.push_back(to_json(*item));
    return out;
  }
  case node::shape::object: {
    json::object out;
    out.reserve(from.size);
    for (auto* member = from.first; member; member = member->next)
      out.insert_or_assign(member->key, to_json(*member));
    return out;
  }
  }
  return nullptr;
}

void sort_members(json::object& map) {
  auto by_key = [](auto& a, auto& b) { return a.key() < b.key(); };
  if (std::is_sorted(map.begin(), map.end(), by_key)) return;
  std::vector<json::key_value_pair*> order;
  order.reserve(map.size());
  for (auto& member : map)
    order.push_back(&member);
  std::sort(order.begin(), order.end(), [&](auto* a, auto* b) { return by_key(*a, *b); });
  json::object sorted(map.storage());
  sorted.reserve(map.size());
  for (auto* member : order)
    sorted.emplace(member->key(), std::move(member->value()));
  map = std::move(sorted);
}

} // namespace troupe::policies::schema
