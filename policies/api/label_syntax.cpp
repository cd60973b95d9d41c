#include "policies/api/label_syntax.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::api {

namespace {

constexpr std::string_view name_rule =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
  "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
  "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
constexpr std::string_view value_rule =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
  "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
  "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
constexpr std::string_view subdomain_rule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
  "end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

constexpr std::size_t label_bytes_max = 63;
constexpr std::size_t subdomain_bytes_max = 253;

bool lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool alphanumeric(char c) { return lower_or_digit(c) || (c >= 'A' && c <= 'Z'); }

bool label_name(std::string_view text) {
  auto inner = [](char c) { return alphanumeric(c) || c == '-' || c == '_' || c == '.'; };
  return !text.empty() && alphanumeric(text.front()) && alphanumeric(text.back()) && std::ranges::all_of(text, inner);
}

bool dns_label(std::string_view text) {
  auto inner = [](char c) { return lower_or_digit(c) || c == '-'; };
  return !text.empty() && lower_or_digit(text.front()) && lower_or_digit(text.back()) &&
         std::ranges::all_of(text, inner);
}

bool subdomain(std::string_view text) {
  for (;;) {
    auto dot = text.find('.');
    if (!dns_label(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

std::string too_long(std::size_t most) { return fmt::format("must be no more than {} characters", most); }

} // namespace

std::vector<std::string> subdomain_errors(std::string_view name) {
  std::vector<std::string> errors;
  if (name.size() > subdomain_bytes_max) errors.push_back(too_long(subdomain_bytes_max));
  if (!subdomain(name)) errors.emplace_back(subdomain_rule);
  return errors;
}

std::vector<std::string> label_key_errors(std::string_view key) {
  std::vector<std::string> errors;
  auto name = key;
  if (auto slash = key.find('/'); slash != std::string_view::npos) {
    auto prefix = key.substr(0, slash);
    name = key.substr(slash + 1);
    if (name.find('/') != std::string_view::npos)
      return {fmt::format("a qualified name {} with an optional DNS subdomain prefix and '/' "
                          "(e.g. 'example.com/MyName')", name_rule)};
    if (prefix.empty()) errors.emplace_back("prefix part must be non-empty");
    else
      for (auto& e : subdomain_errors(prefix)) errors.push_back("prefix part " + e);
  }
  if (name.empty()) errors.emplace_back("name part must be non-empty");
  else if (name.size() > label_bytes_max) errors.push_back("name part " + too_long(label_bytes_max));
  if (!label_name(name)) errors.push_back(fmt::format("name part {}", name_rule));
  return errors;
}

std::vector<std::string> label_value_errors(std::string_view value) {
  std::vector<std::string> errors;
  if (value.size() > label_bytes_max) errors.push_back(too_long(label_bytes_max));
  if (!value.empty() && !label_name(value)) errors.emplace_back(value_rule);
  return errors;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (auto byte = static_cast<unsigned char>(c); byte < 0x20 || byte == 0x7f)
          out += fmt::format("\\x{:02x}", byte);
        else out += c;
    }
  }
  return out + '"';
}

} // namespace troupe::api
