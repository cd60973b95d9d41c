#include "policies/schema/yaml_scalar.hpp"
#include "policies/schema/go_text.hpp"
#include "policies/schema/scalar.hpp"
#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>

namespace troupe::policies::schema {

namespace {

constexpr std::string_view truths[] = {"y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"};
constexpr std::string_view untruths[] = {"n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"};
constexpr std::string_view nulls[] = {"", "~", "null", "Null", "NULL"};
constexpr std::string_view not_finite[] = {".nan",  ".NaN",  ".NAN",  ".inf",  ".Inf",  ".INF",
                                           "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF"};

template <class List> bool one_of(const List& list, std::string_view text) {
  return std::find(std::begin(list), std::end(list), text) != std::end(list);
}

const char* not_finite_name(std::string_view text) {
  if (text.ends_with('n') || text.ends_with('N')) return "NaN";
  return text[0] == '-' ? "-Inf" : "+Inf";
}

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
bool looks_like_float(std::string_view t) {
  std::size_t at = 0;
  auto sign = [&] {
    if (at < t.size() && (t[at] == '-' || t[at] == '+')) ++at;
  };
  auto digits = [&] {
    auto first = at;
    while (at < t.size() && is_digit(t[at]))
      ++at;
    return at - first;
  };
  sign();
  if (at < t.size() && t[at] == '.') {
    ++at;
    if (digits() == 0) return false;
  } else {
    if (digits() == 0) return false;
    if (at < t.size() && t[at] == '.') ++at, digits();
  }
  if (at < t.size() && (t[at] == 'e' || t[at] == 'E')) {
    ++at;
    sign();
    if (digits() == 0) return false;
  }
  return at == t.size();
}

/// strconv.ParseInt with base 0: prefixes 0x, 0o, 0b, and a leading 0 for octal. Text in decimal, empty if it is none.
std::string parse_integer(std::string_view t) {
  const bool negative = t.starts_with('-');
  if (negative || t.starts_with('+')) t.remove_prefix(1);
  int base = 10;
  auto prefix = [&](char a, char b) { return t.size() > 2 && t[0] == '0' && (t[1] == a || t[1] == b); };
  if (prefix('x', 'X'))
    base = 16, t.remove_prefix(2);
  else if (prefix('o', 'O'))
    base = 8, t.remove_prefix(2);
  else if (prefix('b', 'B'))
    base = 2, t.remove_prefix(2);
  else if (t.size() > 1 && t[0] == '0')
    base = 8, t.remove_prefix(1);
  std::uint64_t number = 0;
  auto [end, error] = std::from_chars(t.data(), t.data() + t.size(), number, base);
  if (t.empty() || error != std::errc{} || end != t.data() + t.size()) return {};
  if (negative && number > 9223372036854775808ull) return {};
  return (negative && number != 0 ? "-" : "") + std::to_string(number);
}

/// A double as Go's encoding/json writes it.
std::string go_float(double number) {
  char buffer[400];
  const double size = std::fabs(number);
  auto form = size != 0 && (size < 1e-6 || size >= 1e21) ? std::chars_format::scientific : std::chars_format::fixed;
  auto end = std::to_chars(buffer, buffer + sizeof buffer, number, form).ptr;
  return {buffer, end};
}

void set_text(node& out, std::string_view text, document_tree& tree) {
  out.is = node::shape::string;
  out.text = tree.copy(text);
}

bool resolve_number(std::string_view text, document_tree& tree, node& out) {
  std::string plain(text);
  std::erase(plain, '_');
  if (auto whole = parse_integer(plain); !whole.empty()) {
    out.is = node::shape::number;
    out.text = tree.copy(whole);
    return true;
  }
  if (!looks_like_float(plain)) return false;
  std::string_view digits = plain;
  if (digits.starts_with('+')) digits.remove_prefix(1);
  double number = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size()) return false;
  out.is = node::shape::number;
  out.text = tree.copy(go_float(number));
  return true;
}

} // namespace

std::string resolve_yaml_scalar(const std::string& text, std::string_view tag, document_tree& tree, node& out) {
  constexpr std::string_view standard = "tag:yaml.org,2002:";
  const bool plain = tag == "?" || tag.empty();
  if (tag == "tag:yaml.org,2002:binary") {
    std::size_t at = 0;
    auto bytes = decode_base64(text, at);
    if (!bytes) return "yaml: !!binary value contains invalid base64 data";
    set_text(out, *bytes, tree);
    return {};
  }
  const bool resolved = plain || (tag.starts_with(standard) && tag != "tag:yaml.org,2002:str");
  if (!resolved) {
    set_text(out, text, tree);
    return {};
  }
  if (one_of(nulls, text)) return {};
  if (one_of(truths, text) || one_of(untruths, text)) {
    out.is = node::shape::truth;
    out.truth = one_of(truths, text);
    return {};
  }
  if (one_of(not_finite, text)) return std::string("json: unsupported value: ") + not_finite_name(text);
  const char first = text[0];
  if ((is_digit(first) || first == '-' || first == '+' || first == '.') && resolve_number(text, tree, out)) return {};
  if (!plain) return fmt::format("yaml: cannot decode !!str {} as a {}", go_quote(text), tag);
  set_text(out, text, tree);
  if (text == yaml_merge_mark) out.key = yaml_merge_mark;
  return {};
}

bool yaml_key_text(const node& key, std::string_view& out) {
  switch (key.is) {
  case node::shape::string:
  case node::shape::number:
    out = key.text;
    return true;
  case node::shape::truth:
    out = key.truth ? "true" : "false";
    return true;
  default:
    return false;
  }
}

} // namespace troupe::policies::schema
