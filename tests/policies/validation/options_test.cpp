#include "policies/validation/options.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::validation {

namespace {
std::string text(const api::result<void>& outcome) { return outcome ? "" : outcome.error().message; }
} // namespace

TEST(options, of_writes) {
  EXPECT_EQ(
      text(validate_create_options({.dry_run = {"All"}, .field_manager = "kubectl", .field_validation = "Strict"})),
      "");
  EXPECT_EQ(text(validate_create_options({.dry_run = {"Some"}})),
            "CreateOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: []string{\"Some\"}: supported "
            "values: \"All\"");
  EXPECT_EQ(text(validate_update_options({.field_manager = std::string(128, 'a')})), "");
  EXPECT_EQ(text(validate_update_options({.field_manager = std::string(129, 'a')})),
            "UpdateOptions.meta.k8s.io \"\" is invalid: fieldManager: Too long: may not be more than 128 bytes");
  EXPECT_EQ(text(validate_create_options({.field_manager = "a\nb"})),
            "CreateOptions.meta.k8s.io \"\" is invalid: fieldManager: Invalid value: \"a\\nb\": invalid character "
            "U+000A (at position 1)");
  EXPECT_NE(text(validate_create_options({.field_validation = "Maybe"})), "");
}

TEST(options, of_patches) {
  EXPECT_EQ(text(validate_patch_options({.field_manager = "a", .force = true}, patch_form::apply)), "");
  EXPECT_EQ(text(validate_patch_options({}, patch_form::apply)),
            "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch");
  EXPECT_EQ(text(validate_patch_options({.force = false}, patch_form::other)),
            "PatchOptions.meta.k8s.io \"\" is invalid: force: Forbidden: may not be specified for non-apply patch");
}

TEST(options, of_deletions) {
  auto check = [](std::string_view document) {
    return text(validate_delete_options(api::json::parse(document).as_object()));
  };
  EXPECT_EQ(check("{}"), "");
  EXPECT_EQ(check(R"({"propagationPolicy":"Foreground","dryRun":["All"]})"), "");
  EXPECT_EQ(check(R"({"propagationPolicy":"x"})"),
            "DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: Unsupported value: \"x\": supported values: "
            "\"Foreground\", \"Background\", \"Orphan\", \"nil\"");
  EXPECT_EQ(check(R"({"propagationPolicy":"Orphan","orphanDependents":true})"),
            "DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: Invalid value: \"Orphan\": orphanDependents "
            "and deletionPropagation cannot be both set");
}

TEST(options, of_lists) {
  EXPECT_EQ(text(validate_list_options({.resource_version = "5", .resource_version_match = "Exact"})), "");
  EXPECT_EQ(text(validate_list_options({.resource_version_match = "Exact"})),
            "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is "
            "forbidden unless resourceVersion is provided");
  EXPECT_NE(text(validate_list_options({.resource_version = "0", .resource_version_match = "Exact"})), "");
  EXPECT_NE(text(validate_list_options({.resource_version = "5", .resource_version_match = "Maybe"})), "");
  EXPECT_EQ(text(validate_list_options(
                {.resource_version_match = "NotOlderThan", .watch = true, .send_initial_events = true})),
            "");
  EXPECT_NE(text(validate_list_options({.watch = true, .send_initial_events = true})), "");
  EXPECT_NE(text(validate_list_options({.send_initial_events = true})), "");
}

} // namespace troupe::policies::validation
