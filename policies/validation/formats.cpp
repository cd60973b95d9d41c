#include "policies/validation/formats.hpp"
#include <fmt/format.h>

namespace troupe::policies::validation {

namespace {

constexpr std::string_view label_form = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
constexpr std::string_view subdomain_form = R"([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*)";
constexpr std::string_view qualified_form = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";

constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_lower_alnum(char c) { return is_lower(c) || is_digit(c); }
constexpr bool is_alnum(char c) { return is_lower_alnum(c) || is_upper(c); }

template <class Accept> constexpr bool all_of(std::string_view text, Accept accept) {
  for (char c : text)
    if (!accept(c)) return false;
  return true;
}

constexpr bool label_shaped(std::string_view text) {
  return !text.empty() && is_lower_alnum(text.front()) && is_lower_alnum(text.back()) &&
         all_of(text, [](char c) { return is_lower_alnum(c) || c == '-'; });
}

constexpr bool subdomain_shaped(std::string_view text) {
  while (true) {
    auto dot = text.find('.');
    if (!label_shaped(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

constexpr bool qualified_shaped(std::string_view text) {
  return !text.empty() && is_alnum(text.front()) && is_alnum(text.back()) &&
         all_of(text, [](char c) { return is_alnum(c) || c == '-' || c == '_' || c == '.'; });
}

/// The text of a violated form with its examples, as apimachinery writes it, double spaces included.
std::string form_text(std::string_view what, std::string_view form, std::initializer_list<std::string_view> examples) {
  std::string out = fmt::format("{} (e.g. ", what);
  bool first = true;
  for (auto example : examples) {
    if (!first) out += " or ";
    out += fmt::format("'{}', ", example);
    first = false;
  }
  return out += fmt::format("regex used for validation is '{}')", form);
}

std::string qualified_text() {
  return form_text(
      "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
      qualified_form, {"MyName", "my.name", "123-abc"});
}

constexpr std::size_t subdomain_max = 253, label_max = 63;

} // namespace

std::string too_long_text(std::size_t characters_max) {
  return fmt::format("must be no more than {} characters", characters_max);
}

std::string masked_trailing_dash(std::string_view prefix) {
  if (prefix.size() > 1 && prefix.ends_with('-')) return std::string(prefix.substr(0, prefix.size() - 2)) + "a";
  return std::string(prefix);
}

messages is_dns_subdomain(std::string_view text) {
  messages out;
  if (text.size() > subdomain_max) out.push_back(too_long_text(subdomain_max));
  if (!subdomain_shaped(text))
    out.push_back(form_text("a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
                            "'.', and must start and end with an alphanumeric character",
                            subdomain_form, {"example.com"}));
  return out;
}

messages is_dns_label(std::string_view text) {
  messages out;
  if (text.size() > label_max) out.push_back(too_long_text(label_max));
  if (label_shaped(text)) return out;
  if (subdomain_shaped(text))
    out.emplace_back("must not contain dots");
  else
    out.push_back(form_text("a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
                            "must start and end with an alphanumeric character",
                            label_form, {"my-name", "123-abc"}));
  return out;
}

messages is_dns_1035_label(std::string_view text) {
  messages out;
  if (text.size() > label_max) out.push_back(too_long_text(label_max));
  if (!label_shaped(text) || !is_lower(text.front()))
    out.push_back(form_text("a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an "
                            "alphabetic character, and end with an alphanumeric character",
                            "[a-z]([-a-z0-9]*[a-z0-9])?", {"my-name", "abc-123"}));
  return out;
}

messages is_wildcard_subdomain(std::string_view text) {
  messages out;
  if (text.size() > subdomain_max) out.push_back(too_long_text(subdomain_max));
  if (!text.starts_with("*.") || !subdomain_shaped(text.substr(2)))
    out.push_back(
        form_text("a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must "
                  "consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
                  fmt::format("\\*\\.{}", subdomain_form), {"*.example.com"}));
  return out;
}

messages is_qualified_name(std::string_view text) {
  messages out;
  auto name = text;
  if (auto slash = text.find('/'); slash != std::string_view::npos) {
    auto prefix = text.substr(0, slash);
    name = text.substr(slash + 1);
    if (name.find('/') != std::string_view::npos) {
      out.push_back("a qualified name " + qualified_text() +
                    " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
      return out;
    }
    if (prefix.empty())
      out.emplace_back("prefix part must be non-empty");
    else
      for (auto& message : is_dns_subdomain(prefix))
        out.push_back("prefix part " + message);
  }
  if (name.empty())
    out.emplace_back("name part must be non-empty");
  else if (name.size() > label_max)
    out.push_back("name part " + too_long_text(label_max));
  if (!qualified_shaped(name)) out.push_back("name part " + qualified_text());
  return out;
}

messages is_label_value(std::string_view text) {
  messages out;
  if (text.size() > label_max) out.push_back(too_long_text(label_max));
  if (!text.empty() && !qualified_shaped(text))
    out.push_back(form_text("a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or "
                            "'.', and must start and end with an alphanumeric character",
                            fmt::format("({})?", qualified_form), {"MyValue", "my_value", "12345"}));
  return out;
}

messages is_path_segment(std::string_view text) {
  if (text == "." || text == "..") return {fmt::format("may not be '{}'", text)};
  messages out;
  for (auto part : {"/", "%"})
    if (text.find(part) != std::string_view::npos) out.push_back(fmt::format("may not contain '{}'", part));
  return out;
}

messages is_domain_prefixed_path(std::string_view text) {
  auto slash = text.find('/');
  if (slash == std::string_view::npos || text.substr(slash + 1).empty())
    return {"must be a domain-prefixed path (such as \"acme.io/foo\")"};
  messages out;
  for (auto& message : is_dns_subdomain(text.substr(0, slash)))
    out.push_back(message);
  auto path = text.substr(slash + 1);
  bool good = all_of(path, [](char c) {
    return is_alnum(c) || std::string_view("/-._~%!$&'()*+,;=:").find(c) != std::string_view::npos;
  });
  if (!good)
    out.push_back(
        fmt::format("Invalid path (regex used for validation is '{}')", R"([A-Za-z0-9/\-._~%!$&'()*+,;=:]+)"));
  return out;
}

messages is_config_key(std::string_view text) {
  messages out;
  if (text.size() > subdomain_max) out.push_back(too_long_text(subdomain_max));
  if (text.empty() || !all_of(text, [](char c) { return is_alnum(c) || c == '-' || c == '_' || c == '.'; }))
    out.push_back(form_text("a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
                            "[-._a-zA-Z0-9]+", {"key.name", "KEY_NAME", "key-name"}));
  if (text == ".")
    out.emplace_back("must not be '.'");
  else if (text == "..")
    out.emplace_back("must not be '..'");
  else if (text.starts_with(".."))
    out.emplace_back("must not start with '..'");
  return out;
}

messages is_environment_name(std::string_view text) {
  messages out;
  if (text.empty()) out.emplace_back("environment variable name must be non-empty");
  if (!all_of(text, [](char c) { return c >= 0x20 && c < 0x7f && c != '='; }))
    out.emplace_back(
        "a valid environment variable name must consist only of printable ASCII characters other than '='");
  return out;
}

messages is_http_header_name(std::string_view text) {
  if (!text.empty() && all_of(text, [](char c) { return is_alnum(c) || c == '-'; })) return {};
  return {form_text("a valid HTTP header must consist of alphanumeric characters or '-'", "[-A-Za-z0-9]+",
                    {"X-Header-Name"})};
}

messages is_port_name(std::string_view text) {
  messages out;
  constexpr std::size_t length_max = 15;
  if (text.size() > length_max) out.push_back(too_long_text(length_max));
  if (text.empty() || !all_of(text, [](char c) { return is_lower_alnum(c) || c == '-'; }))
    out.emplace_back("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
  if (all_of(text, [](char c) { return !is_lower(c); })) out.emplace_back("must contain at least one letter (a-z)");
  if (text.find("--") != std::string_view::npos) out.emplace_back("must not contain consecutive hyphens");
  if (text.starts_with('-') || text.ends_with('-')) out.emplace_back("must not begin or end with a hyphen");
  return out;
}

messages is_in_range(std::int64_t number, std::int64_t first, std::int64_t last) {
  if (number >= first && number <= last) return {};
  return {fmt::format("must be between {} and {}, inclusive", first, last)};
}
messages is_port_number(std::int64_t number) { return is_in_range(number, 1, 65535); }
messages is_user_id(std::int64_t number) { return is_in_range(number, 0, 2147483647); }

messages is_percent(std::string_view text) {
  bool good = text.size() > 1 && text.ends_with('%') && all_of(text.substr(0, text.size() - 1), is_digit);
  if (good) return {};
  return {
      form_text("a valid percent string must be a numeric string followed by an ending '%'", "[0-9]+%", {"1%", "93%"})};
}

} // namespace troupe::policies::validation
