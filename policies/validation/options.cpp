#include "policies/validation/options.hpp"
#include "policies/validation/report.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::policies::validation {

namespace {

api::result<void> outcome(std::string_view kind, const api::field_errors& errors) {
  if (errors.empty()) return {};
  return api::failure(api::invalid("meta.k8s.io", kind, "", errors));
}

void check_dry_run(report& out, const std::vector<std::string>& values) {
  constexpr field_path at("dryRun");
  bool known = std::all_of(values.begin(), values.end(), [](const std::string& v) { return v == "All"; });
  if (known) return;
  json::value list(json::array(values.begin(), values.end()));
  api::field_errors shown_errors;
  // A list of strings is shown in Go's notation.
  report(shown_errors).not_supported(at, "", {"All"});
  out.add_shown(api::field_error_type::not_supported, at, shown_list(&list), shown_errors.front().detail);
}

void check_manager(report& out, const std::string& manager) {
  constexpr field_path at("fieldManager");
  constexpr std::size_t bytes_max = 128;
  if (manager.size() > bytes_max) out.too_long(at, bytes_max);
  for (std::size_t i = 0; i < manager.size(); ++i) {
    auto c = static_cast<unsigned char>(manager[i]);
    if (c < 0x20 || c == 0x7f)
      out.invalid(at, manager, fmt::format("invalid character U+{:04X} (at position {})", c, i));
  }
}

void check_write(report& out, const write_options& options) {
  check_manager(out, options.field_manager);
  check_dry_run(out, options.dry_run);
  auto& level = options.field_validation;
  if (!level.empty() && level != "Ignore" && level != "Warn" && level != "Strict")
    out.not_supported(field_path("fieldValidation"), level, {"", "Ignore", "Strict", "Warn"});
}

} // namespace

api::result<void> validate_create_options(const write_options& options) {
  api::field_errors errors;
  report out(errors);
  check_write(out, options);
  return outcome("CreateOptions", errors);
}

api::result<void> validate_update_options(const write_options& options) {
  api::field_errors errors;
  report out(errors);
  check_write(out, options);
  return outcome("UpdateOptions", errors);
}

api::result<void> validate_patch_options(const write_options& options, patch_form form) {
  api::field_errors errors;
  report out(errors);
  if (form == patch_form::apply) {
    if (options.field_manager.empty()) out.required(field_path("fieldManager"), "is required for apply patch");
  } else if (options.force) {
    out.forbidden(field_path("force"), "may not be specified for non-apply patch");
  }
  check_write(out, options);
  return outcome("PatchOptions", errors);
}

api::result<void> validate_delete_options(const json::object& document) {
  api::field_errors errors;
  report out(errors);
  constexpr field_path at("propagationPolicy");
  auto policy = api::string_at(document, {"propagationPolicy"});
  bool has_policy = !absent(document, "propagationPolicy");
  if (has_policy && !absent(document, "orphanDependents"))
    out.invalid(at, policy, "orphanDependents and deletionPropagation cannot be both set");
  if (has_policy && policy != "Foreground" && policy != "Background" && policy != "Orphan")
    out.not_supported(at, policy, {"Foreground", "Background", "Orphan", "nil"});
  std::vector<std::string> dry_run;
  for_each_string(api::array_at(document, {"dryRun"}),
                  [&](std::size_t, std::string_view value) { dry_run.emplace_back(value); });
  check_dry_run(out, dry_run);
  return outcome("DeleteOptions", errors);
}

api::result<void> validate_list_options(const list_options& options) {
  api::field_errors errors;
  report out(errors);
  auto& match = options.resource_version_match;
  constexpr field_path match_at("resourceVersionMatch"), initial_at("sendInitialEvents");
  if (options.watch && options.send_initial_events) {
    if (match != "NotOlderThan")
      out.forbidden(match_at, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
    if (!options.continue_token.empty())
      out.forbidden(field_path("continue"), "sendInitialEvents is forbidden for continue");
    return outcome("ListOptions", errors);
  }
  if (options.send_initial_events) out.forbidden(initial_at, "sendInitialEvents is forbidden for list");
  if (!match.empty()) {
    if (options.watch)
      out.forbidden(match_at, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
    if (options.resource_version.empty())
      out.forbidden(match_at, "resourceVersionMatch is forbidden unless resourceVersion is provided");
    if (!options.continue_token.empty())
      out.forbidden(match_at, "resourceVersionMatch is forbidden when continue is provided");
    if (match != "Exact" && match != "NotOlderThan") out.not_supported(match_at, match, {"Exact", "NotOlderThan", ""});
    if (match == "Exact" && options.resource_version == "0")
      out.forbidden(match_at, "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
  }
  return outcome("ListOptions", errors);
}

} // namespace troupe::policies::validation
