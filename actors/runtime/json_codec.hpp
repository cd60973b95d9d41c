#pragma once
#include "policies/api/json.hpp"
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

/// Values that `describe` their fields, as JSON and back. A reader skips members that it does not know and leaves
/// fields alone that the document lacks, so that state files outlive the version that wrote them.
namespace troupe::actors::runtime {

namespace codec {

namespace json = api::json;

/// The next name in "x.first, x.second".
inline std::string_view next_name(std::string_view& names) {
  auto dot = names.find('.');
  auto comma = names.find(',');
  auto name = names.substr(dot + 1, comma == std::string_view::npos ? comma : comma - dot - 1);
  names.remove_prefix(comma == std::string_view::npos ? names.size() : comma + 1);
  while (!names.empty() && names[0] == ' ') names.remove_prefix(1);
  return name;
}

template <class T> json::value encode(const T& x);
template <class T> void decode(const json::value& v, T& x);

inline json::value encode_value(const std::string& x) { return json::string(x); }
inline json::value encode_value(const bool& x) { return x; }
template <class T>
  requires(std::is_integral_v<T> && !std::is_same_v<T, bool>)
json::value encode_value(const T& x) {
  return static_cast<std::int64_t>(x);
}
template <class T>
  requires std::is_enum_v<T>
json::value encode_value(const T& x) {
  return static_cast<std::int64_t>(x);
}
template <class T> json::value encode_value(const std::vector<T>& x) {
  json::array out;
  for (auto& e : x) out.push_back(encode(e));
  return out;
}
template <class T> json::value encode_value(const std::map<std::string, T>& x) {
  json::object out;
  for (auto& [k, e] : x) out[k] = encode(e);
  return out;
}
inline json::value encode_value(const std::pair<std::string, std::string>& x) {
  return json::array{json::value(x.first), json::value(x.second)};
}

inline void decode_value(const json::value& v, std::string& x) {
  if (v.is_string()) x = v.as_string();
}
inline void decode_value(const json::value& v, bool& x) {
  if (v.is_bool()) x = v.as_bool();
}
template <class T>
  requires((std::is_integral_v<T> && !std::is_same_v<T, bool>) || std::is_enum_v<T>)
void decode_value(const json::value& v, T& x) {
  if (v.is_int64()) x = static_cast<T>(v.as_int64());
}
template <class T> void decode_value(const json::value& v, std::vector<T>& x) {
  if (!v.is_array()) return;
  x.clear();
  for (auto& e : v.as_array()) decode(e, x.emplace_back());
}
template <class T> void decode_value(const json::value& v, std::map<std::string, T>& x) {
  if (!v.is_object()) return;
  x.clear();
  for (auto& [k, e] : v.as_object()) decode(e, x[std::string(k)]);
}
inline void decode_value(const json::value& v, std::pair<std::string, std::string>& x) {
  if (!v.is_array() || v.as_array().size() != 2) return;
  decode_value(v.as_array()[0], x.first);
  decode_value(v.as_array()[1], x.second);
}

template <class T>
concept plain = requires(const T& x) { encode_value(x); };

template <class T> json::value encode(const T& x) {
  if constexpr (plain<T>) {
    return encode_value(x);
  } else {
    json::object out;
    describe(
      [&](std::string_view names, auto&... fields) { ((out[next_name(names)] = encode(fields)), ...); },
      const_cast<T&>(x));
    return out;
  }
}

template <class T> void decode(const json::value& v, T& x) {
  if constexpr (plain<T>) {
    decode_value(v, x);
  } else {
    if (!v.is_object()) return;
    auto& members = v.as_object();
    auto one = [&](std::string_view name, auto& field) {
      if (auto* found = members.if_contains(name)) decode(*found, field);
    };
    describe([&](std::string_view names, auto&... fields) { (one(next_name(names), fields), ...); }, x);
  }
}

} // namespace codec

/// The document of a described value.
template <class T> std::string to_json(const T& x) { return api::json::serialize(codec::encode(x)); }

/// Reads a document; false if it is not JSON.
template <class T> bool from_json(std::string_view text, T& x) {
  boost::system::error_code ec;
  auto v = api::json::parse(text, ec);
  if (ec) return false;
  codec::decode(v, x);
  return true;
}

} // namespace troupe::actors::runtime
