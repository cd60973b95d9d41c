#include "policies/validation/job_policies.hpp"
#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <set>

namespace troupe::policies::validation {

namespace {

constexpr std::size_t rules_max = 20, patterns_max = 20, codes_max = 255, list_bytes_max = 64 * 1024;

void check_exit_codes(report& out, const field_path& at, const json::object& codes,
                      const std::set<std::string_view>& containers) {
  auto operation = api::string_at(codes, {"operator"});
  if (operation.empty())
    out.required(at / "operator", "valid values: [\"In\" \"NotIn\"]");
  else if (operation != "In" && operation != "NotIn")
    out.not_supported(at / "operator", operation, {"In", "NotIn"});
  if (auto name = api::string_at(codes, {"containerName"});
      !absent(codes, "containerName") && !containers.contains(name))
    out.invalid(at / "containerName", name, "must be one of the container or initContainer names in the pod template");
  auto list = at / "values";
  auto* values = api::array_at(codes, {"values"});
  if (!values || values->empty()) return out.invalid_shown(list, "[]int32{}", "at least one value is required");
  if (values->size() > codes_max) out.too_many(list, values->size(), codes_max);
  std::set<std::int64_t> seen;
  std::int64_t last = -1;
  bool ordered = true;
  for (std::size_t i = 0; i < values->size(); ++i) {
    auto code = (*values)[i].is_number() ? (*values)[i].to_number<std::int64_t>() : 0;
    if (operation == "In" && code == 0) out.invalid(list[i], code, "must not be 0 for the In operator");
    if (!seen.insert(code).second) out.duplicate_shown(list[i], std::to_string(code));
    ordered &= i == 0 || code >= last;
    last = code;
  }
  if (!ordered) out.invalid_shown(list, json::serialize(*values), "must be ordered");
}

void check_patterns(report& out, const field_path& list, const json::array& patterns) {
  if (patterns.size() > patterns_max) out.too_many(list, patterns.size(), patterns_max);
  for_each(&patterns, [&](std::size_t i, const json::object& pattern) {
    auto at = list[i];
    auto type = api::string_at(pattern, {"type"}), status = api::string_at(pattern, {"status"});
    out.invalid(at / "type", type, is_qualified_name(type));
    if (status.empty())
      out.required(at / "status", "valid values: [\"False\" \"True\" \"Unknown\"]");
    else if (status != "True" && status != "False" && status != "Unknown")
      out.not_supported(at / "status", status, {"False", "True", "Unknown"});
  });
}

void check_rule(report& out, const field_path& at, const json::object& rule, bool per_index,
                const std::set<std::string_view>& containers) {
  auto action = api::string_at(rule, {"action"});
  if (action.empty())
    out.required(at / "action", "valid values: [\"Count\" \"FailIndex\" \"FailJob\" \"Ignore\"]");
  else if (action == "FailIndex" && !per_index)
    out.invalid(at / "action", action, "requires the backoffLimitPerIndex to be set");
  else if (action != "Count" && action != "FailIndex" && action != "FailJob" && action != "Ignore")
    out.not_supported(at / "action", action, {"Count", "FailIndex", "FailJob", "Ignore"});
  auto* codes = api::object_at(rule, {"onExitCodes"});
  auto* patterns = api::array_at(rule, {"onPodConditions"});
  bool has_patterns = patterns && !patterns->empty();
  if (codes) check_exit_codes(out, at / "onExitCodes", *codes, containers);
  if (has_patterns) check_patterns(out, at / "onPodConditions", *patterns);
  if (codes && has_patterns)
    out.invalid_shown(at, "", "specifying both OnExitCodes and OnPodConditions is not supported");
  if (!codes && !has_patterns)
    out.invalid_shown(at, "", "specifying one of OnExitCodes and OnPodConditions is required");
}

} // namespace

std::optional<std::int64_t> count_indexes(std::string_view list, std::int64_t completions) {
  std::int64_t total = 0, last = -1;
  if (list.empty()) return 0;
  while (true) {
    auto comma = list.find(',');
    auto part = list.substr(0, comma);
    auto dash = part.find('-');
    std::int64_t first = 0, end = 0;
    auto read = [](std::string_view digits, std::int64_t& number) {
      auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
      return error == std::errc{} && stop == digits.data() + digits.size() && digits.front() != '-';
    };
    if (!read(part.substr(0, dash), first)) return {};
    if (dash == std::string_view::npos)
      end = first;
    else if (!read(part.substr(dash + 1), end) || end <= first)
      return {};
    if (first <= last || end >= completions) return {};
    total += end - first + 1;
    last = end;
    if (comma == std::string_view::npos) return total;
    list.remove_prefix(comma + 1);
  }
}

void check_failure_policy(report& out, const field_path& job, const json::object& spec) {
  auto* policy = api::object_at(spec, {"podFailurePolicy"});
  auto replacement = api::string_at(spec, {"podReplacementPolicy"});
  if (!absent(spec, "podReplacementPolicy")) {
    if (policy && replacement != "Failed") out.not_supported(job / "podReplacementPolicy", replacement, {"Failed"});
    if (!policy && replacement != "Failed" && replacement != "TerminatingOrFailed")
      out.not_supported(job / "podReplacementPolicy", replacement, {"Failed", "TerminatingOrFailed"});
  }
  if (!policy) return;
  std::set<std::string_view> containers;
  for (auto list : {"containers", "initContainers"})
    for_each(api::array_at(spec, {"template", "spec", list}),
             [&](std::size_t, const json::object& c) { containers.insert(api::string_at(c, {"name"})); });
  auto at = job / "podFailurePolicy.rules";
  auto* rules = api::array_at(*policy, {"rules"});
  if (rules && rules->size() > rules_max) out.too_many(at, rules->size(), rules_max);
  for_each(rules, [&](std::size_t i, const json::object& rule) {
    check_rule(out, at[i], rule, !absent(spec, "backoffLimitPerIndex"), containers);
  });
}

void check_success_policy(report& out, const field_path& job, const json::object& spec) {
  auto* policy = api::object_at(spec, {"successPolicy"});
  if (!policy || api::string_at(spec, {"completionMode"}) != "Indexed") return;
  auto list = job / "successPolicy.rules";
  auto* rules = api::array_at(*policy, {"rules"});
  if (!rules || rules->empty())
    out.required(list, "at least one rules must be specified when the successPolicy is specified");
  else if (rules->size() > rules_max)
    out.too_many(list, rules->size(), rules_max);
  auto completions = api::int_at(spec, {"completions"});
  for_each(rules, [&](std::size_t i, const json::object& rule) {
    auto at = list[i];
    bool counted = !absent(rule, "succeededCount"), listed = !absent(rule, "succeededIndexes");
    if (!counted && !listed) out.required(at, "at least one of succeededCount or succeededIndexes must be specified");
    std::optional<std::int64_t> total;
    if (listed) {
      auto text = api::string_at(rule, {"succeededIndexes"});
      if (text.size() > list_bytes_max) out.too_long(at / "succeededIndexes", list_bytes_max);
      total = count_indexes(text, completions);
      if (!total)
        out.invalid(at / "succeededIndexes", text,
                    "error parsing succeededIndexes: not an increasing list of indexes below completions");
    }
    if (!counted) return;
    auto count = api::int_at(rule, {"succeededCount"});
    check_not_negative(out, at, rule, "succeededCount");
    if (count > completions)
      out.invalid(at / "succeededCount", count,
                  fmt::format("must be less than or equal to {} (the number of specified completions)", completions));
    if (total && count > *total)
      out.invalid(
          at / "succeededCount", count,
          fmt::format(
              "must be less than or equal to {} (the number of indexes in the specified succeededIndexes field)",
              *total));
  });
}

} // namespace troupe::policies::validation
