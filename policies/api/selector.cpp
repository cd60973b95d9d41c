#include "policies/api/selector.hpp"
#include "policies/api/label_syntax.hpp"
#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <optional>

namespace troupe::api {

namespace {

using op = label_selector::op;
using requirement = label_selector::requirement;

std::optional<std::int64_t> integer(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string value_list(const std::vector<std::string>& values) {
  std::string out = "[]string{";
  for (auto& v : values) out += (out.back() == '{' ? "" : ", ") + quoted(v);
  return out + "}";
}

/// The complaints of apimachinery `labels.NewRequirement`, joined as an aggregate; empty if the requirement is fine.
std::string complaints(const requirement& r) {
  std::vector<std::string> errors;
  auto invalid = [&](std::string_view field, const std::string& value, std::string_view why) {
    errors.push_back(fmt::format("{}: Invalid value: {}: {}", field, value, why));
  };
  if (auto key = label_key_errors(r.key); !key.empty())
    invalid("key", quoted(r.key), fmt::format("{}", fmt::join(key, "; ")));
  switch (r.operation) {
    case op::in:
    case op::not_in:
      if (r.values.empty())
        invalid("values", value_list(r.values), "for 'in', 'notin' operators, values set can't be empty");
      break;
    case op::equals:
    case op::not_equals:
      if (r.values.size() != 1)
        invalid("values", value_list(r.values), "exact-match compatibility requires one single value");
      break;
    case op::exists:
    case op::does_not_exist:
      if (!r.values.empty())
        invalid("values", value_list(r.values), "values set must be empty for exists and does not exist");
      break;
    case op::greater_than:
    case op::less_than:
      if (r.values.size() != 1)
        invalid("values", value_list(r.values), "for 'Gt', 'Lt' operators, exactly one value is required");
      for (std::size_t i = 0; i < r.values.size(); ++i)
        if (!integer(r.values[i]))
          invalid(fmt::format("values[{}]", i), quoted(r.values[i]),
                  "for 'Gt', 'Lt' operators, the value must be an integer");
  }
  for (std::size_t i = 0; i < r.values.size(); ++i)
    if (auto value = label_value_errors(r.values[i]); !value.empty())
      invalid(fmt::format("values[{}][{}]", i, r.key), quoted(r.values[i]), fmt::format("{}", fmt::join(value, "; ")));
  if (errors.empty()) return {};
  return errors.size() == 1 ? errors.front() : fmt::format("[{}]", fmt::join(errors, ", "));
}

enum class token { error, end, closed, comma, no, equals, greater, identifier, in, less, not_equals, not_in, open };

struct item {
  token kind;
  std::string text;
};

bool special(char c) { return std::string_view("=!(),><").find(c) != std::string_view::npos; }
bool blank(char c) { return std::string_view(" \t\r\n").find(c) != std::string_view::npos; }

token symbol(std::string_view text) {
  constexpr std::pair<std::string_view, token> table[] = {
    {")", token::closed}, {",", token::comma}, {"!", token::no},          {"==", token::equals}, {"=", token::equals},
    {">", token::greater}, {"<", token::less}, {"!=", token::not_equals}, {"(", token::open}};
  for (auto& [form, kind] : table)
    if (form == text) return kind;
  return token::error;
}

std::vector<item> scan(std::string_view text) {
  std::vector<item> out;
  // A NUL byte ends the text, as in apimachinery's lexer.
  text = text.substr(0, text.find('\0'));
  while (!text.empty()) {
    if (blank(text.front())) {
      text.remove_prefix(1);
    } else if (special(text.front())) {
      std::size_t length = text.size() > 1 && symbol(text.substr(0, 2)) != token::error ? 2 : 1;
      out.push_back({symbol(text.substr(0, length)), std::string(text.substr(0, length))});
      text.remove_prefix(length);
    } else {
      auto end = std::ranges::find_if(text, [](char c) { return special(c) || blank(c); });
      std::string word(text.begin(), end);
      text.remove_prefix(word.size());
      auto kind = word == "in" ? token::in : word == "notin" ? token::not_in : token::identifier;
      out.push_back({kind, std::move(word)});
    }
  }
  out.push_back({token::end, ""});
  return out;
}

using parsed = tl::expected<requirement, std::string>;

tl::unexpected<std::string> found(const item& what, std::string_view expected) {
  return tl::unexpected(fmt::format("found '{}', expected: {}", what.text, expected));
}

/// Recursive descent over the tokens with the rules and texts of apimachinery's `labels.Parser`.
class parser {
public:
  explicit parser(std::string_view text) : items_(scan(text)) {}

  tl::expected<std::vector<requirement>, std::string> all() {
    std::vector<requirement> out;
    for (;;) {
      auto& next = peek();
      if (next.kind == token::end) return out;
      if (!starts_requirement(next)) return found(next, "!, identifier, or 'end of string'");
      auto one = single();
      if (!one) return tl::unexpected("unable to parse requirement: " + one.error());
      out.push_back(std::move(*one));
      auto& behind = take();
      if (behind.kind == token::end) return out;
      if (behind.kind != token::comma) return found(behind, "',' or 'end of string'");
      if (!starts_requirement(peek())) return found(peek(), "identifier after ','");
    }
  }

private:
  static bool word(const item& i) {
    return i.kind == token::identifier || i.kind == token::in || i.kind == token::not_in;
  }
  static bool starts_requirement(const item& i) { return word(i) || i.kind == token::no; }
  const item& peek() const { return items_[at_]; }
  const item& take() {
    auto& taken = items_[at_];
    if (at_ + 1 < items_.size()) ++at_;
    return taken;
  }

  parsed single() {
    bool negated = peek().kind == token::no;
    if (negated) take();
    auto& key = take();
    if (!word(key)) return found(key, "identifier");
    if (auto errors = label_key_errors(key.text); !errors.empty())
      return tl::unexpected(
        fmt::format("<nil>: Invalid value: {}: {}", quoted(key.text), fmt::join(errors, "; ")));
    requirement out{key.text, negated ? op::does_not_exist : op::exists, {}};
    if (!negated && peek().kind != token::end && peek().kind != token::comma)
      if (auto error = operator_and_values(out)) return tl::unexpected(*error);
    std::ranges::sort(out.values);
    out.values.erase(std::unique(out.values.begin(), out.values.end()), out.values.end());
    if (auto error = complaints(out); !error.empty()) return tl::unexpected(error);
    return out;
  }

  std::optional<std::string> operator_and_values(requirement& out) {
    auto& sign = take();
    switch (sign.kind) {
      case token::in: out.operation = op::in; return value_set(out);
      case token::not_in: out.operation = op::not_in; return value_set(out);
      case token::equals: out.operation = op::equals; break;
      case token::not_equals: out.operation = op::not_equals; break;
      case token::greater: out.operation = op::greater_than; break;
      case token::less: out.operation = op::less_than; break;
      default: return found(sign, "in, notin, =, ==, !=, gt, lt").value();
    }
    if (peek().kind == token::end || peek().kind == token::comma) {
      out.values = {""};
      return std::nullopt;
    }
    auto& value = take();
    if (!word(value)) return found(value, "identifier").value();
    out.values = {value.text};
    return std::nullopt;
  }

  std::optional<std::string> value_set(requirement& out) {
    auto& open = take();
    if (open.kind != token::open) return fmt::format("found '{}' expected: '('", open.text);
    if (peek().kind == token::closed) {
      take();
      return std::nullopt;
    }
    if (!word(peek()) && peek().kind != token::comma) return found(peek(), "',', ')' or identifier").value();
    // "(a,)" and "(,a)" and "(a,,b)" hold the empty value.
    for (;;) {
      auto& value = take();
      if (word(value)) {
        out.values.push_back(value.text);
        if (peek().kind == token::comma) continue;
        if (peek().kind != token::closed) return found(peek(), "',' or ')'").value();
      } else if (value.kind == token::comma) {
        if (out.values.empty()) out.values.emplace_back();
        if (peek().kind == token::comma) take();
        else if (peek().kind != token::closed) continue;
        out.values.emplace_back();
        if (peek().kind != token::closed) continue;
      } else {
        return found(value, "',', or identifier").value();
      }
      take();
      return std::nullopt;
    }
  }

  std::vector<item> items_;
  std::size_t at_ = 0;
};

std::string_view sign(op operation) {
  switch (operation) {
    case op::equals: return "=";
    case op::not_equals: return "!=";
    case op::in: return " in ";
    case op::not_in: return " notin ";
    case op::greater_than: return ">";
    case op::less_than: return "<";
    case op::exists:
    case op::does_not_exist: break;
  }
  return "";
}

bool meets(const requirement& r, const json::object& labels) noexcept {
  auto* member = labels.if_contains(r.key);
  auto* text = member ? member->if_string() : nullptr;
  auto listed = [&] { return std::ranges::find(r.values, std::string_view(*text)) != r.values.end(); };
  switch (r.operation) {
    case op::equals:
    case op::in: return text && listed();
    case op::not_equals:
    case op::not_in: return !text || !listed();
    case op::exists: return text;
    case op::does_not_exist: return !text;
    case op::greater_than:
    case op::less_than: break;
  }
  auto value = text ? integer(*text) : std::nullopt;
  auto bound = r.values.empty() ? std::nullopt : integer(r.values.front());
  if (!value || !bound) return false;
  return r.operation == op::greater_than ? *value > *bound : *value < *bound;
}

std::optional<op> expression_operator(std::string_view name) {
  if (name == "In") return op::in;
  if (name == "NotIn") return op::not_in;
  if (name == "Exists") return op::exists;
  if (name == "DoesNotExist") return op::does_not_exist;
  return std::nullopt;
}

result<requirement> from_expression(const json::value& expression) {
  auto name = string_at(expression, {"operator"});
  auto operation = expression_operator(name);
  if (!operation)
    return failure(bad_request(fmt::format("{} is not a valid label selector operator", quoted(name))));
  requirement out{std::string(string_at(expression, {"key"})), *operation, {}};
  if (auto* values = array_at(expression, {"values"}))
    for (auto& value : *values)
      if (auto* text = value.if_string()) out.values.emplace_back(*text);
  if (auto error = complaints(out); !error.empty()) return failure(bad_request(std::move(error)));
  return out;
}

} // namespace

label_selector label_selector::nothing() {
  label_selector out;
  out.nothing_ = true;
  return out;
}

result<label_selector> label_selector::parse(std::string_view text) {
  auto requirements = parser(text).all();
  if (!requirements) return failure(bad_request(std::move(requirements.error())));
  label_selector out;
  for (auto& r : *requirements) out.add(std::move(r));
  return out;
}

result<label_selector> label_selector::from_document(const json::object* document) {
  if (!document) return nothing();
  label_selector out;
  if (auto* labels = object_at(*document, {"matchLabels"})) {
    out = from_map(*labels);
    for (auto& r : out.requirements_)
      if (auto error = complaints(r); !error.empty()) return failure(bad_request(std::move(error)));
  }
  if (auto* expressions = array_at(*document, {"matchExpressions"}))
    for (auto& expression : *expressions) {
      auto r = from_expression(expression);
      if (!r) return failure(r.error());
      out.add(std::move(*r));
    }
  return out;
}

label_selector label_selector::from_map(const json::object& map) {
  label_selector out;
  for (auto& member : map) {
    auto* text = member.value().if_string();
    out.add({std::string(member.key()), op::equals, {text ? std::string(*text) : std::string()}});
  }
  return out;
}

bool label_selector::matches(const json::object& labels) const noexcept {
  return !nothing_ && std::ranges::all_of(requirements_, [&](auto& r) { return meets(r, labels); });
}

void label_selector::add(requirement r) {
  std::ranges::sort(r.values);
  r.values.erase(std::unique(r.values.begin(), r.values.end()), r.values.end());
  auto behind = std::ranges::upper_bound(requirements_, r.key, {}, &requirement::key);
  requirements_.insert(behind, std::move(r));
}

std::string label_selector::text() const {
  std::string out;
  for (auto& r : requirements_) {
    if (!out.empty()) out += ',';
    if (r.operation == op::does_not_exist) out += '!';
    out += r.key;
    out += sign(r.operation);
    bool set = r.operation == op::in || r.operation == op::not_in;
    out += fmt::format("{}{}{}", set ? "(" : "", fmt::join(r.values, ","), set ? ")" : "");
  }
  return out;
}

} // namespace troupe::api
