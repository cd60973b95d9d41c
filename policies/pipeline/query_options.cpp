#include "policies/pipeline/query_options.hpp"
#include "policies/validation/options.hpp"
#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <optional>

namespace troupe::policies::pipeline {

namespace {

const std::string* find(const query_map& query, const std::string& name) {
  auto found = query.find(name);
  return found == query.end() ? nullptr : &found->second;
}

std::string text_of(const query_map& query, const std::string& name) {
  auto* found = find(query, name);
  return found ? *found : std::string{};
}

/// In the words of Go's strconv, which is what clients see.
api::result<void> check_number(const query_map& query, const std::string& name) {
  auto* text = find(query, name);
  if (!text) return {};
  std::string_view digits = *text;
  if (digits.starts_with('+') && !digits.starts_with("+-")) digits.remove_prefix(1);
  std::int64_t number = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  bool whole = end == digits.data() + digits.size();
  if (error == std::errc{} && whole) return {};
  return api::failure(api::bad_request(
      fmt::format("strconv.ParseInt: parsing \"{}\": {}", *text,
                  error == std::errc::result_out_of_range && whole ? "value out of range" : "invalid syntax")));
}

std::optional<bool> optional_flag(const query_map& query, const std::string& name) {
  if (!find(query, name)) return std::nullopt;
  return flag(query, name);
}

bool is_apply(std::string_view content_type) { return content_type.starts_with("application/apply-patch+"); }

} // namespace

bool flag(const query_map& query, const std::string& name) {
  auto* text = find(query, name);
  if (!text || *text == "0") return false;
  constexpr std::string_view no = "false";
  auto lower = [](char a, char b) { return (a | 0x20) == b; };
  return !(text->size() == no.size() && std::equal(text->begin(), text->end(), no.begin(), lower));
}

api::result<void> check_list_query(const query_map& query, bool watch) {
  for (auto name : {"limit", "timeoutSeconds"})
    if (auto ok = check_number(query, name); !ok) return ok;
  validation::list_options options;
  options.resource_version = text_of(query, "resourceVersion");
  options.resource_version_match = text_of(query, "resourceVersionMatch");
  options.continue_token = text_of(query, "continue");
  options.watch = watch;
  options.send_initial_events = optional_flag(query, "sendInitialEvents");
  return validation::validate_list_options(options);
}

api::result<void> check_write_query(const query_map& query, write_verb verb, std::string_view content_type) {
  if (verb == write_verb::remove) {
    if (auto ok = check_number(query, "gracePeriodSeconds"); !ok) return ok;
    api::json::object options;
    if (auto* dry = find(query, "dryRun")) options["dryRun"] = api::json::array{api::json::value(*dry)};
    return validation::validate_delete_options(options);
  }
  validation::write_options options;
  if (auto* dry = find(query, "dryRun"); dry && !dry->empty()) options.dry_run = {*dry};
  options.field_manager = text_of(query, "fieldManager");
  options.field_validation = text_of(query, "fieldValidation");
  if (verb == write_verb::create) return validation::validate_create_options(options);
  if (verb == write_verb::update) return validation::validate_update_options(options);
  options.force = optional_flag(query, "force");
  return validation::validate_patch_options(options, is_apply(content_type) ? validation::patch_form::apply
                                                                            : validation::patch_form::other);
}

} // namespace troupe::policies::pipeline
