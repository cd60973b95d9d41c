#include "net/http/target.hpp"
#include <charconv>

namespace troupe::net::http {

namespace {

int hex(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool unreserved(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

} // namespace

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i] == '+' && plus_is_space ? ' ' : text[i];
      continue;
    }
    if (i + 2 >= text.size()) return {};
    const auto high = hex(text[i + 1]), low = hex(text[i + 2]);
    if (high < 0 || low < 0 || (high == 0 && low == 0)) return {};
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

std::string percent_encode(std::string_view text) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (unreserved(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

query_parameters parse_query(std::string_view raw) {
  query_parameters all;
  while (!raw.empty()) {
    const auto end = raw.find('&');
    const auto piece = raw.substr(0, end);
    raw = end == std::string_view::npos ? std::string_view() : raw.substr(end + 1);
    // Go refuses semicolons since they were once separators too, which made caches and servers disagree.
    if (piece.empty() || piece.find(';') != std::string_view::npos) continue;
    const auto equals = piece.find('=');
    auto name = percent_decode(piece.substr(0, equals), true);
    auto value = percent_decode(equals == std::string_view::npos ? std::string_view() : piece.substr(equals + 1), true);
    if (name && value) all.emplace_back(std::move(*name), std::move(*value));
  }
  return all;
}

std::string_view first(const query_parameters& query, std::string_view name) noexcept {
  for (const auto& [key, value] : query)
    if (key == name) return value;
  return {};
}

std::optional<url> parse_url(std::string_view text) {
  url parts;
  if (text.starts_with("https://")) parts.tls = true;
  else if (!text.starts_with("http://")) return {};
  text.remove_prefix(parts.tls ? 8 : 7);
  const auto slash = text.find_first_of("/?#");
  auto authority = text.substr(0, slash);
  auto target = slash == std::string_view::npos ? std::string_view("/") : text.substr(slash);
  target = target.substr(0, target.find('#'));
  parts.target = target.empty() || target.front() != '/' ? "/" + std::string(target) : std::string(target);
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) return {};
  std::string_view port;
  if (authority.starts_with('[')) {
    const auto close = authority.find(']');
    if (close == std::string_view::npos) return {};
    parts.host = authority.substr(1, close - 1);
    port = authority.substr(close + 1);
    if (!port.empty() && port.front() != ':') return {};
    if (!port.empty()) port.remove_prefix(1);
  } else {
    const auto colon = authority.find(':');
    parts.host = authority.substr(0, colon);
    if (colon != std::string_view::npos) port = authority.substr(colon + 1);
  }
  parts.port = parts.tls ? 443 : 80;
  if (!port.empty()) {
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), parts.port);
    if (error != std::errc() || end != port.data() + port.size()) return {};
  }
  if (parts.host.empty() || parts.target.find_first_of(" \r\n\t") != std::string::npos) return {};
  return parts;
}

} // namespace troupe::net::http
