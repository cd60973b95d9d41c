#include "policies/oci/reference.hpp"
#include <algorithm>
#include <cctype>

namespace troupe::policies::oci {

namespace {

bool lower_alnum(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool alnum(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

/// path-component: [a-z0-9]+ joined by one of "." "_" "__" or any number of "-".
bool valid_component(std::string_view s) {
  std::size_t i = 0;
  while (i < s.size()) {
    auto word = i;
    while (i < s.size() && lower_alnum(s[i])) ++i;
    if (i == word) return false;
    if (i == s.size()) return true;
    auto joint = i;
    while (i < s.size() && !lower_alnum(s[i])) ++i;
    auto between = s.substr(joint, i - joint);
    bool dashes = std::all_of(between.begin(), between.end(), [](char c) { return c == '-'; });
    if (!dashes && between != "." && between != "_" && between != "__") return false;
  }
  return false;
}

bool valid_repository(std::string_view s) {
  while (true) {
    auto slash = s.find('/');
    if (!valid_component(s.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    s.remove_prefix(slash + 1);
  }
}

bool valid_tag(std::string_view s) {
  return !s.empty() && s.size() <= 128 && s[0] != '.' && s[0] != '-' &&
         std::all_of(s.begin(), s.end(), [](char c) { return alnum(c) || c == '_' || c == '.' || c == '-'; });
}

bool valid_domain(std::string_view s) {
  auto colon = s.rfind(':');
  if (!s.empty() && s[0] == '[') {
    auto end = s.find(']');
    if (end == std::string_view::npos || end < 3) return false;
    if (end + 1 == s.size()) return true;
    if (s[end + 1] != ':') return false;
    colon = end + 1;
  }
  if (colon != std::string_view::npos) {
    auto port = s.substr(colon + 1);
    if (port.empty() || !std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; }))
      return false;
    s = s.substr(0, colon);
  }
  if (s.empty()) return false;
  if (s[0] == '[') return true;
  return alnum(s.front()) && alnum(s.back()) &&
         std::all_of(s.begin(), s.end(), [](char c) { return alnum(c) || c == '.' || c == '-'; });
}

/// The first part is a registry only if it looks like a host; "library/x" is a path on docker.io.
bool looks_like_domain(std::string_view s) {
  return s == "localhost" || s.find_first_of(".:") != std::string_view::npos ||
         std::any_of(s.begin(), s.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

} // namespace

std::string reference::text() const {
  auto out = name();
  if (!tag.empty()) out += ":" + tag;
  if (!digest.empty()) out += "@" + digest;
  return out;
}

bool is_digest(std::string_view text) noexcept {
  constexpr std::string_view prefix = "sha256:";
  return text.size() == prefix.size() + 64 && text.starts_with(prefix) &&
         std::all_of(text.begin() + prefix.size(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_local_registry(std::string_view domain) noexcept {
  if (domain.starts_with("[::1]")) return true;
  auto host = domain.substr(0, domain.rfind(':'));
  return host == "localhost" || host.starts_with("127.");
}

tl::expected<reference, std::string> parse_reference(std::string_view text) {
  const tl::unexpected<std::string> bad("invalid reference format");
  reference out;
  if (auto at = text.find('@'); at != std::string_view::npos) {
    out.digest = text.substr(at + 1);
    text = text.substr(0, at);
    if (!is_digest(out.digest)) return bad;
  }
  auto slash = text.find('/');
  auto first = text.substr(0, slash);
  if (slash != std::string_view::npos && looks_like_domain(first)) {
    out.domain = first;
    text = text.substr(slash + 1);
  } else {
    out.domain = "docker.io";
  }
  if (out.domain == "index.docker.io") out.domain = "docker.io";
  if (auto colon = text.rfind(':'); colon != std::string_view::npos && colon > (text.rfind('/') + 1)) {
    out.tag = text.substr(colon + 1);
    text = text.substr(0, colon);
    if (!valid_tag(out.tag)) return bad;
  } else if (out.digest.empty()) {
    out.tag = "latest";
  }
  out.repository = text;
  if (out.domain == "docker.io" && text.find('/') == std::string_view::npos)
    out.repository = "library/" + out.repository;
  if (!valid_domain(out.domain) || out.name().size() > 255) return bad;
  if (!valid_repository(out.repository)) {
    auto lower = out.repository;
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
    if (lower != out.repository && valid_repository(lower))
      return tl::unexpected("invalid reference format: repository name (" + out.repository + ") must be lowercase");
    return bad;
  }
  if (is_digest("sha256:" + std::string(text)) && out.domain == "docker.io")
    return tl::unexpected("invalid repository name (" + std::string(text) +
                          "), cannot specify 64-byte hexadecimal strings");
  return out;
}

} // namespace troupe::policies::oci
