#include "policies/schema/conformer.hpp"
#include "policies/schema/go_text.hpp"
#include "policies/schema/scalar.hpp"
#include "policies/schema/zero.hpp"
#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <limits>
#include <memory>
#include <optional>

namespace troupe::policies::schema {

namespace {

constexpr std::size_t strict_errors_max = 100;

std::string_view word_of(const node& from) {
  switch (from.is) {
  case node::shape::null:
    return "null";
  case node::shape::truth:
    return "bool";
  case node::shape::number:
    return "number";
  case node::shape::string:
    return "string";
  case node::shape::object:
    return "object";
  case node::shape::array:
    return "array";
  }
  return {};
}

/// A number as a whole one within bounds; Go refuses "1.0" and "1e3" for integers.
bool whole_number(std::string_view text, std::int64_t low, std::int64_t high, std::int64_t& out) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size() && out >= low && out <= high;
}

/// Copies made for joined duplicates; past it the later one simply counts, so that no body costs quadratic work.
constexpr std::size_t joined_nodes_max = 4096;

/// Members of the later one win; structs and maps that both have grow together, as Go decodes into what is there.
node* merged(const node& earlier, const node& later, std::vector<std::unique_ptr<node>>& made) {
  made.push_back(std::make_unique<node>(later));
  auto* out = made.back().get();
  if (earlier.is != node::shape::object || later.is != node::shape::object || made.size() > joined_nodes_max)
    return out;
  out->first = nullptr;
  out->size = earlier.size + later.size;
  node** tail = &out->first;
  for (auto* half : {earlier.first, later.first})
    for (; half; half = half->next) {
      made.push_back(std::make_unique<node>(*half));
      *tail = made.back().get();
      (*tail)->next = nullptr;
      tail = &(*tail)->next;
    }
  return out;
}

} // namespace

json::object conformer::run(const node& root, const type_info& type, std::string_view api_version,
                            std::string_view kind) {
  root_api_version_ = api_version;
  root_kind_ = kind;
  json::value unused;
  if (root.is != node::shape::object) {
    if (root.is != node::shape::null) mismatch(root, word_of(root), type.go_type, unused);
    node empty;
    empty.is = node::shape::object;
    return convert_struct(empty, type);
  }
  return convert_struct(root, type);
}

std::vector<std::string> conformer::strict_errors() {
  std::stable_sort(strict_.begin(), strict_.end(), [](auto& a, auto& b) { return a.order < b.order; });
  std::vector<std::string> out;
  for (auto& e : strict_)
    if (out.size() < strict_errors_max && std::find(out.begin(), out.end(), e.text) == out.end())
      out.push_back(std::move(e.text));
  return out;
}

void conformer::note_strict(std::string_view what, std::string_view name, std::uint32_t order) {
  // Twice the limit bounds the work; what lies behind it in the document is not reported anyway.
  if (mode_ == mode::lenient || strict_.size() >= 2 * strict_errors_max) return;
  std::string path;
  for (auto& part : path_) {
    if (part.is == step::what::index) {
      path += fmt::format("[{}]", part.index);
    } else {
      if (!path.empty()) path += '.';
      path += part.name;
    }
  }
  if (!path.empty()) path += '.';
  strict_.push_back({order, fmt::format("{} field {}", what, go_quote(path.append(name)))});
}

bool conformer::mismatch(const node& from, std::string_view word, std::string_view go_type, json::value& out) {
  if (mode_ == mode::lenient) {
    out = to_json(from);
    return true;
  }
  if (aborted_ || from.order >= error_order_) return false;
  error_order_ = from.order;
  const type_info* owner = nullptr;
  std::string path;
  for (auto& part : path_) {
    if (part.is != step::what::field) continue;
    if (!path.empty()) path += '.';
    path += part.name;
    owner = part.owner;
  }
  error_ = owner ? fmt::format("json: cannot unmarshal {} into Go struct field {}.{} of type {}", word,
                               owner->short_name, path, go_type)
                 : fmt::format("json: cannot unmarshal {} into Go value of type {}", word, go_type);
  return false;
}

bool conformer::abort(const node& from, std::string text, json::value& out) {
  if (mode_ == mode::lenient) {
    out = to_json(from);
    return true;
  }
  if (aborted_ && from.order >= error_order_) return false;
  aborted_ = true;
  error_order_ = from.order;
  error_ = std::move(text);
  return false;
}

bool conformer::convert(const node& from, const value_info& to, json::value& out) {
  if (from.is == node::shape::null) return false;
  switch (to.kind) {
  case value_kind::boolean:
    if (from.is != node::shape::truth) return mismatch(from, word_of(from), to.go_type, out);
    out = from.truth;
    return true;
  case value_kind::string:
    if (from.is != node::shape::string) return mismatch(from, word_of(from), to.go_type, out);
    out.emplace_string() = from.text;
    return true;
  case value_kind::int32:
  case value_kind::int64:
    return convert_whole(from, to, out);
  case value_kind::number:
    if (from.is != node::shape::number) return mismatch(from, word_of(from), to.go_type, out);
    out = number_to_json(from.text);
    return true;
  case value_kind::bytes:
    return convert_bytes(from, to, out);
  case value_kind::time:
  case value_kind::micro_time:
  case value_kind::duration:
  case value_kind::quantity:
  case value_kind::int_or_string:
    return convert_text_form(from, to, out);
  case value_kind::object:
    if (from.is != node::shape::object) return mismatch(from, word_of(from), to.go_type, out);
    out = convert_struct(from, *to.type);
    return true;
  case value_kind::array:
    return convert_array(from, to, out);
  case value_kind::map:
    return convert_map(from, to, out);
  case value_kind::any:
    out = to_json(from);
    return true;
  }
  return false;
}

bool conformer::convert_whole(const node& from, const value_info& to, json::value& out) {
  if (from.is != node::shape::number) return mismatch(from, word_of(from), to.go_type, out);
  using limits32 = std::numeric_limits<std::int32_t>;
  using limits64 = std::numeric_limits<std::int64_t>;
  const bool small = to.kind == value_kind::int32;
  std::int64_t number = 0;
  if (!whole_number(from.text, small ? limits32::min() : limits64::min(), small ? limits32::max() : limits64::max(),
                    number))
    return mismatch(from, "number " + std::string(from.text), to.go_type, out);
  out = number;
  return true;
}

bool conformer::convert_bytes(const node& from, const value_info& to, json::value& out) {
  if (from.is != node::shape::string) return mismatch(from, word_of(from), to.go_type, out);
  std::size_t wrong_at = 0;
  auto bytes = decode_base64(from.text, wrong_at);
  if (bytes) {
    out.emplace_string() = encode_base64(*bytes);
    return true;
  }
  if (mode_ == mode::lenient) return mismatch(from, {}, {}, out);
  if (!aborted_ && from.order < error_order_) {
    error_order_ = from.order;
    error_ = fmt::format("illegal base64 data at input byte {}", wrong_at);
  }
  return false;
}

bool conformer::convert_text_form(const node& from, const value_info& to, json::value& out) {
  const bool text = from.is == node::shape::string;
  auto not_text = [&](std::string_view go_type) {
    return abort(from, fmt::format("json: cannot unmarshal {} into Go value of type {}", word_of(from), go_type), out);
  };
  std::optional<std::string> normal;
  if (to.kind == value_kind::int_or_string) {
    if (text) {
      out.emplace_string() = from.text;
      return true;
    }
    std::int64_t number = 0;
    if (from.is != node::shape::number) return not_text("int32");
    using limits = std::numeric_limits<std::int32_t>;
    if (!whole_number(from.text, limits::min(), limits::max(), number))
      return abort(from, fmt::format("json: cannot unmarshal number {} into Go value of type int32", from.text), out);
    out = number;
    return true;
  }
  if (to.kind == value_kind::quantity) {
    auto written = text || from.is == node::shape::number ? from.text : std::string_view("{}");
    normal = normal_quantity(written);
    if (!normal) return abort(from, std::string(go_quantity_error(written)), out);
  } else if (!text) {
    return not_text("string");
  } else if (to.kind == value_kind::duration) {
    auto nanos = parse_go_duration(from.text);
    if (!nanos) return abort(from, "time: invalid duration " + go_quote(from.text), out);
    normal = format_go_duration(*nanos);
  } else {
    const bool micro = to.kind == value_kind::micro_time;
    auto error = go_time_error(from.text, micro);
    normal = error.empty() ? normal_time(from.text, micro) : std::nullopt;
    if (!normal) return abort(from, error.empty() ? "parsing time " + go_quote(from.text) : error, out);
  }
  out.emplace_string() = *normal;
  return true;
}

bool conformer::convert_array(const node& from, const value_info& to, json::value& out) {
  if (from.is != node::shape::array) return mismatch(from, word_of(from), to.go_type, out);
  auto& items = out.emplace_array();
  items.reserve(from.size);
  path_.push_back({step::what::index, {}, 0, nullptr});
  for (auto* item = from.first; item; item = item->next, ++path_.back().index) {
    json::value value;
    items.push_back(convert(*item, *to.element, value) ? std::move(value) : zero_element(*to.element));
  }
  path_.pop_back();
  return true;
}

bool conformer::convert_map(const node& from, const value_info& to, json::value& out) {
  if (from.is != node::shape::object) return mismatch(from, word_of(from), to.go_type, out);
  auto& members = out.emplace_object();
  members.reserve(from.size);
  for (auto* member = from.first; member; member = member->next) {
    const bool seen = members.contains(member->key);
    if (seen) note_strict("duplicate", member->key, member->order);
    path_.push_back({step::what::key, member->key, 0, nullptr});
    json::value value;
    if (!convert(*member, *to.element, value)) value = zero_element(*to.element);
    path_.pop_back();
    if (seen)
      members[member->key] = std::move(value);
    else
      members.emplace(member->key, std::move(value));
  }
  sort_members(members);
  return true;
}

/// Sorts the members of an object into one slot per field.
void conformer::collect(const node& from, const type_info& type, std::size_t first_slot) {
  for (auto* member = from.first; member; member = member->next) {
    auto* field = type.find(member->key);
    if (!field) {
      note_strict("unknown", member->key, member->order);
      continue;
    }
    auto& slot = slots_[first_slot + static_cast<std::size_t>(field - type.fields.data())];
    if (slot) {
      note_strict("duplicate", member->key, member->order);
      const bool unset = member->is == node::shape::null && field->value.kind == value_kind::object && !field->pointer;
      slot = unset ? slot : merged(*slot, *member, made_);
    } else {
      slot = member;
    }
  }
}

json::object conformer::convert_struct(const node& from, const type_info& type) {
  const bool outermost = path_.empty();
  const std::size_t first_slot = slots_.size();
  slots_.resize(first_slot + type.fields.size(), nullptr);
  collect(from, type, first_slot);
  json::object out;
  std::size_t count = 0;
  for (std::size_t i = 0; i < type.fields.size(); ++i)
    count += slots_[first_slot + i] || type.fields[i].zero != zero_form::omitted;
  out.reserve(count + (outermost ? 2 : 0));
  for (std::size_t i = 0; i < type.fields.size(); ++i) {
    auto& field = type.fields[i];
    auto* value = slots_[first_slot + i];
    if (outermost && !root_kind_.empty() && field.name == "kind") {
      out.emplace("kind", root_kind_);
    } else if (outermost && !root_kind_.empty() && field.name == "apiVersion") {
      out.emplace("apiVersion", root_api_version_);
    } else if (value || field.zero != zero_form::omitted) {
      emit(field, type, value, out);
    }
  }
  slots_.resize(first_slot);
  return out;
}

void conformer::emit(const field_info& field, const type_info& owner, const node* value, json::object& out) {
  json::value made;
  path_.push_back({step::what::field, field.name, 0, &owner});
  const bool set = value && convert(*value, field.value, made);
  path_.pop_back();
  if (set ? is_written(field, made) : field.zero != zero_form::omitted)
    out.emplace(field.name, set ? std::move(made) : zero_value(field));
}

} // namespace troupe::policies::schema
