#pragma once
#include "policies/api/json.hpp"
#include "policies/api/status.hpp"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace troupe::policies::validation {

/// Query parameters of create, update and patch.
struct write_options {
  std::vector<std::string> dry_run;
  std::string field_manager;
  std::string field_validation;
  std::optional<bool> force; ///< patch only
};

/// Query parameters of list and watch.
struct list_options {
  std::string resource_version;
  std::string resource_version_match;
  std::string continue_token;
  std::int64_t limit = 0;
  bool watch = false;
  bool allow_watch_bookmarks = false;
  std::optional<bool> send_initial_events;
};

/// Each fails with 422 about the options kind of meta.k8s.io ("CreateOptions", …).
[[nodiscard]] api::result<void> validate_create_options(const write_options& options);
[[nodiscard]] api::result<void> validate_update_options(const write_options& options);
enum class patch_form { apply, other };
[[nodiscard]] api::result<void> validate_patch_options(const write_options& options, patch_form form);
/// `document` is a DeleteOptions body, into which query parameters were merged.
[[nodiscard]] api::result<void> validate_delete_options(const api::json::object& document);
[[nodiscard]] api::result<void> validate_list_options(const list_options& options);

} // namespace troupe::policies::validation
