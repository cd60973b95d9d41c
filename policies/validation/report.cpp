#include "policies/validation/report.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <vector>

namespace troupe::policies::validation {

using api::field_error_type;

std::string shown(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    switch (c) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
        out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
      else
        out += c;
    }
  }
  return out += '"';
}

std::string shown(const json::value* value) {
  if (!value || value->is_null()) return "\"null\"";
  if (auto* text = value->if_string()) return shown(std::string_view(*text));
  return json::serialize(*value);
}

std::string shown_map(const json::object* map, std::string_view type) {
  if (!map) return fmt::format("{}(nil)", type);
  std::vector<std::pair<std::string_view, std::string>> members;
  for (auto& member : *map)
    members.emplace_back(member.key(), shown(&member.value()));
  std::sort(members.begin(), members.end());
  std::string out = fmt::format("{}{{", type);
  for (std::size_t i = 0; i < members.size(); ++i)
    out += fmt::format("{}{}:{}", i ? ", " : "", shown(members[i].first), members[i].second);
  return out += '}';
}

std::string shown_list(const json::value* list, std::string_view type) {
  auto* elements = list ? list->if_array() : nullptr;
  if (!elements) return fmt::format("{}(nil)", type);
  std::string out = fmt::format("{}{{", type);
  for (std::size_t i = 0; i < elements->size(); ++i)
    out += (i ? ", " : "") + shown(&(*elements)[i]);
  return out += '}';
}

std::string shown_selector(const json::value* selector) {
  if (!selector || !selector->is_object()) return "\"null\"";
  constexpr std::string_view requirement = "v1.LabelSelectorRequirement";
  std::string expressions = fmt::format("[]{}(nil)", requirement);
  if (auto* list = api::array_at(*selector, {"matchExpressions"})) {
    expressions = fmt::format("[]{}{{", requirement);
    for_each(list, [&](std::size_t i, const json::object& e) {
      expressions += fmt::format("{}{}{{Key:{}, Operator:{}, Values:{}}}", i ? ", " : "", requirement,
                                 shown(api::string_at(e, {"key"})), shown(api::string_at(e, {"operator"})),
                                 shown_list(e.if_contains("values")));
    });
    expressions += '}';
  }
  return fmt::format("v1.LabelSelector{{MatchLabels:{}, MatchExpressions:{}}}",
                     shown_map(api::object_at(*selector, {"matchLabels"})), expressions);
}

void report::add_shown(field_error_type type, const field_path& at, std::string value, std::string_view detail) {
  out_.push_back({type, at.text(), std::move(value), std::string(detail)});
}

void report::required(const field_path& at, std::string_view detail) {
  add_shown(field_error_type::required, at, {}, detail);
}
void report::invalid(const field_path& at, std::string_view value, std::string_view detail) {
  add_shown(field_error_type::invalid, at, shown(value), detail);
}
void report::invalid(const field_path& at, std::int64_t value, std::string_view detail) {
  add_shown(field_error_type::invalid, at, std::to_string(value), detail);
}
void report::invalid(const field_path& at, const json::value* value, std::string_view detail) {
  add_shown(field_error_type::invalid, at, shown(value), detail);
}
void report::invalid(const field_path& at, std::string_view value, const messages& details) {
  for (auto& detail : details)
    invalid(at, value, std::string_view(detail));
}
void report::invalid_shown(const field_path& at, std::string value, std::string_view detail) {
  add_shown(field_error_type::invalid, at, std::move(value), detail);
}
void report::forbidden(const field_path& at, std::string_view detail) {
  add_shown(field_error_type::forbidden, at, {}, detail);
}
void report::duplicate(const field_path& at, std::string_view value) {
  add_shown(field_error_type::duplicate, at, shown(value), {});
}
void report::duplicate_shown(const field_path& at, std::string value) {
  add_shown(field_error_type::duplicate, at, std::move(value), {});
}
void report::not_found(const field_path& at, std::string_view value) {
  add_shown(field_error_type::not_found, at, shown(value), {});
}

void report::not_supported(const field_path& at, std::string_view value, std::span<const std::string_view> supported) {
  std::string detail = "supported values: ";
  for (std::size_t i = 0; i < supported.size(); ++i)
    detail += (i ? ", " : "") + shown(supported[i]);
  add_shown(field_error_type::not_supported, at, shown(value), detail);
}
void report::not_supported(const field_path& at, std::string_view value,
                           std::initializer_list<std::string_view> supported) {
  not_supported(at, value, std::span(supported.begin(), supported.size()));
}
void report::too_long(const field_path& at, std::size_t bytes_max) {
  add_shown(field_error_type::too_long, at, {}, fmt::format("may not be more than {} bytes", bytes_max));
}
void report::too_many(const field_path& at, std::size_t actual, std::size_t count_max) {
  add_shown(field_error_type::too_many, at, std::to_string(actual),
            fmt::format("must have at most {} items", count_max));
}

bool absent(const json::object& in, std::string_view name) noexcept {
  auto* value = in.if_contains(name);
  return !value || value->is_null();
}

void check_not_negative(report& out, const field_path& at, const json::object& in, std::string_view name) {
  if (auto number = api::int_at(in, {name}); number < 0) out.invalid(at / name, number, not_negative);
}

void check_immutable(report& out, const field_path& at, const json::value* now, const json::value* before) {
  static const json::value nothing;
  if (!api::semantically_equal(now ? *now : nothing, before ? *before : nothing)) out.invalid(at, now, immutable);
}

void check_one_of(report& out, const field_path& at, std::string_view value,
                  std::initializer_list<std::string_view> supported) {
  if (value.empty())
    out.required(at);
  else if (std::find(supported.begin(), supported.end(), value) == supported.end())
    out.not_supported(at, value, supported);
}

void check_optional_one_of(report& out, const field_path& at, const json::object& in, std::string_view name,
                           std::initializer_list<std::string_view> supported) {
  if (absent(in, name)) return;
  auto value = api::string_at(in, {name});
  if (std::find(supported.begin(), supported.end(), value) == supported.end())
    out.not_supported(at / name, value, supported);
}

void check_required(report& out, const field_path& at, const json::object& in, std::string_view name,
                    std::string_view detail) {
  if (api::string_at(in, {name}).empty()) out.required(at / name, detail);
}

} // namespace troupe::policies::validation
