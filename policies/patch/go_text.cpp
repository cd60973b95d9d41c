#include "policies/patch/go_text.hpp"
#include <algorithm>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <vector>

namespace troupe::policies::patch {

namespace {

constexpr std::size_t text_bytes_max = 4096;

void append(std::string& out, const json::value& value) {
  if (out.size() > text_bytes_max) return;
  switch (value.kind()) {
    case json::kind::null: out += "<nil>"; return;
    case json::kind::bool_: out += value.get_bool() ? "true" : "false"; return;
    case json::kind::int64: out += fmt::format("{}", value.get_int64()); return;
    case json::kind::uint64: out += fmt::format("{}", value.get_uint64()); return;
    case json::kind::double_: out += fmt::format("{}", value.get_double()); return;
    case json::kind::string: out += value.get_string(); return;
    case json::kind::array: {
      out += '[';
      for (auto& item : value.get_array()) {
        if (out.back() != '[') out += ' ';
        append(out, item);
      }
      out += ']';
      return;
    }
    case json::kind::object: {
      std::vector<const json::key_value_pair*> members;
      for (auto& member : value.get_object()) members.push_back(&member);
      std::ranges::sort(members, {}, [](auto* m) { return std::string_view(m->key()); });
      out += "map[";
      for (auto* member : members) {
        if (member != members.front()) out += ' ';
        out += member->key();
        out += ':';
        append(out, member->value());
      }
      out += ']';
    }
  }
}

} // namespace

std::string go_text(const json::value& value) {
  std::string out;
  append(out, value);
  if (out.size() > text_bytes_max) {
    out.resize(text_bytes_max);
    out += "…";
  }
  return out;
}

std::string_view go_kind(const json::value& value) noexcept {
  switch (value.kind()) {
    case json::kind::null: return "null";
    case json::kind::bool_: return "bool";
    case json::kind::string: return "string";
    case json::kind::array: return "array";
    case json::kind::object: return "object";
    default: return "number";
  }
}

} // namespace troupe::policies::patch
