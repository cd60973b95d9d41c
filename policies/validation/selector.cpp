#include "policies/api/time.hpp"
#include "policies/validation/metadata.hpp"
#include <vector>

namespace troupe::policies::validation {

namespace {

void check_requirement(report& out, const field_path& at, const json::object& requirement) {
  auto operation = api::string_at(requirement, {"operator"});
  auto* values = api::array_at(requirement, {"values"});
  bool has_values = values && !values->empty();
  if (operation == "In" || operation == "NotIn") {
    if (!has_values) out.required(at / "values", "must be specified when `operator` is 'In' or 'NotIn'");
  } else if (operation == "Exists" || operation == "DoesNotExist") {
    if (has_values) out.forbidden(at / "values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
  } else {
    out.invalid(at / "operator", operation, "not a valid selector operator");
  }
  auto key = api::string_at(requirement, {"key"});
  out.invalid(at / "key", key, is_qualified_name(key));
  auto list = at / "values";
  for_each_string(values,
                  [&](std::size_t i, std::string_view value) { out.invalid(list[i], value, is_label_value(value)); });
}

bool reason_shaped(std::string_view text) {
  auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.empty() || !letter(text.front())) return false;
  for (char c : text)
    if (!letter(c) && !digit(c) && c != '_' && c != ',' && c != ':') return false;
  return letter(text.back()) || digit(text.back()) || text.back() == '_';
}

constexpr std::size_t reason_bytes_max = 1024, message_bytes_max = 32 * 1024;

void check_condition(report& out, const field_path& at, const json::object& condition) {
  auto type = api::string_at(condition, {"type"});
  out.invalid(at / "type", type, is_qualified_name(type));
  auto status = api::string_at(condition, {"status"});
  if (status != "True" && status != "False" && status != "Unknown")
    out.not_supported(at / "status", status, {"False", "True", "Unknown"});
  if (auto observed = api::int_at(condition, {"observedGeneration"}); observed < 0)
    out.invalid(at / "observedGeneration", observed, "must be greater than or equal to zero");
  if (api::string_at(condition, {"lastTransitionTime"}).empty()) out.required(at / "lastTransitionTime", "must be set");
  auto reason = api::string_at(condition, {"reason"});
  if (reason.empty())
    out.required(at / "reason", "must be set");
  else if (reason.size() > reason_bytes_max)
    out.too_long(at / "reason", reason_bytes_max);
  else if (!reason_shaped(reason))
    out.invalid(at / "reason", reason,
                "a condition reason must start with alphabetic character, optionally followed by a string of "
                "alphanumeric characters or '_,:', and must end with an alphanumeric character or '_' (e.g. 'my_name', "
                " or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation "
                "is '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?')");
  if (api::string_at(condition, {"message"}).size() > message_bytes_max)
    out.too_long(at / "message", message_bytes_max);
}

} // namespace

void check_label_selector(report& out, const field_path& at, const json::object* selector) {
  if (!selector) return;
  check_labels(out, at / "matchLabels", api::object_at(*selector, {"matchLabels"}));
  auto list = at / "matchExpressions";
  for_each(api::array_at(*selector, {"matchExpressions"}),
           [&](std::size_t i, const json::object& requirement) { check_requirement(out, list[i], requirement); });
}

void check_conditions(report& out, const field_path& at, const json::array* conditions) {
  std::vector<std::string_view> seen;
  for_each(conditions, [&](std::size_t i, const json::object& condition) {
    auto entry = at[i];
    auto type = api::string_at(condition, {"type"});
    if (std::find(seen.begin(), seen.end(), type) != seen.end()) out.duplicate(entry / "type", type);
    seen.push_back(type);
    check_condition(out, entry, condition);
  });
}

} // namespace troupe::policies::validation
