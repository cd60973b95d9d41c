#include "policies/patch/json_pointer.hpp"
#include <boost/json.hpp>
#include <charconv>
#include <cstdint>

namespace troupe::policies::patch {

namespace {

bool unescape(std::string_view text, std::string& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '~') {
      out += text[i];
      continue;
    }
    if (++i == text.size() || (text[i] != '0' && text[i] != '1')) return false;
    out += text[i] == '0' ? '~' : '/';
  }
  return true;
}

} // namespace

std::optional<std::vector<std::string>> parse_pointer(std::string_view text) {
  std::vector<std::string> tokens;
  while (!text.empty()) {
    if (text.front() != '/') return std::nullopt;
    text.remove_prefix(1);
    auto end = std::min(text.find('/'), text.size());
    if (!unescape(text.substr(0, end), tokens.emplace_back())) return std::nullopt;
    text.remove_prefix(end);
  }
  return tokens;
}

std::optional<std::size_t> array_position(std::string_view token, std::size_t bound) noexcept {
  std::int64_t position = 0;
  auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), position);
  if (token.empty() || error != std::errc{} || end != token.data() + token.size()) return std::nullopt;
  if (token.size() > 1 && token.front() == '0') return std::nullopt;
  if (position < 0) position += static_cast<std::int64_t>(bound);
  if (position < 0 || static_cast<std::size_t>(position) >= bound) return std::nullopt;
  return static_cast<std::size_t>(position);
}

json::value* resolve(json::value& root, const std::vector<std::string>& tokens, std::size_t count) noexcept {
  auto* at = &root;
  for (std::size_t i = 0; at && i < count; ++i) {
    if (auto* object = at->if_object()) {
      at = object->if_contains(tokens[i]);
    } else if (auto* array = at->if_array()) {
      auto position = array_position(tokens[i], array->size());
      at = position ? &(*array)[*position] : nullptr;
    } else {
      at = nullptr;
    }
  }
  return at;
}

} // namespace troupe::policies::patch
