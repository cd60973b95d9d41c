#include "policies/api/selector.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::api {

namespace {

/// Cuts at commas that no backslash protects.
std::vector<std::string_view> split_terms(std::string_view text) {
  std::vector<std::string_view> out;
  std::size_t start = 0;
  bool escaped = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (escaped) {
      escaped = false;
    } else if (text[i] == '\\') {
      escaped = true;
    } else if (text[i] == ',') {
      out.push_back(text.substr(start, i - start));
      start = i + 1;
    }
  }
  out.push_back(text.substr(start));
  return out;
}

tl::expected<std::string, std::string> unescape(std::string_view text) {
  constexpr std::string_view invalid = "invalid field selector: invalid escape sequence: \\";
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '\\') {
      if (++i == text.size()) return tl::unexpected(std::string(invalid));
      c = text[i];
      if (c != '\\' && c != ',' && c != '=') return tl::unexpected(std::string(invalid) + c);
    } else if (c == ',' || c == '=') {
      // apimachinery prints the character's number here.
      return tl::unexpected(fmt::format("invalid field selector: unescaped character in value: {}", int(c)));
    }
    out += c;
  }
  return out;
}

std::string escape(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '\\' || c == ',' || c == '=') out += '\\';
    out += c;
  }
  return out;
}

} // namespace

result<field_selector> field_selector::parse(std::string_view text) {
  field_selector out;
  auto parts = split_terms(text);
  std::ranges::sort(parts);
  for (auto part : parts) {
    if (part.empty()) continue;
    auto at = part.find('=');
    if (at == std::string_view::npos)
      return failure(bad_request(fmt::format("invalid selector: '{}'; can't understand '{}'", text, part)));
    bool negated = at > 0 && part[at - 1] == '!';
    auto field = part.substr(0, negated ? at - 1 : at);
    bool twice = !negated && at + 1 < part.size() && part[at + 1] == '=';
    auto value = unescape(part.substr(at + (twice ? 2 : 1)));
    if (!value) return failure(bad_request(std::move(value.error())));
    out.terms_.push_back({std::string(field), negated, std::move(*value)});
  }
  return out;
}

bool field_selector::matches(const std::function<std::string_view(std::string_view)>& value_of) const {
  return std::ranges::all_of(terms_, [&](const term& t) { return (value_of(t.field) == t.value) != t.negated; });
}

std::string field_selector::text() const {
  std::string out;
  for (auto& t : terms_)
    out += fmt::format("{}{}{}{}", out.empty() ? "" : ",", t.field, t.negated ? "!=" : "=", escape(t.value));
  return out;
}

} // namespace troupe::api
