#pragma once
#include "policies/validation/validate.hpp"
#include <algorithm>
#include <charconv>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

/// Table tests of rules: a valid object, one change to it, and the complaints that it must cause.
namespace troupe::policies::validation {

struct change {
  std::string_view path;  ///< "spec.containers[0].image"; members with dots are quoted: `metadata.labels."a.b/c"`
  std::string_view value; ///< JSON; "-" removes the member
};

struct rule_case {
  std::string_view name;
  std::vector<change> changes;
  /// "field: message"; a text that ends in "..." stands for all that start so.
  std::vector<std::string> errors;
};

/// Applies one change; missing parents are made.
inline void apply_change(api::json::object& root, const change& c) {
  api::json::value* at = nullptr;
  api::json::object* parent = &root;
  auto rest = c.path;
  while (!rest.empty()) {
    std::string name;
    if (rest.front() == '"') {
      auto end = rest.find('"', 1);
      name = rest.substr(1, end - 1);
      rest.remove_prefix(end + 1);
    } else {
      auto end = std::min(rest.find_first_of(".["), rest.size());
      name = rest.substr(0, end);
      rest.remove_prefix(end);
    }
    if (rest.empty() && c.value == "-") {
      parent->erase(name);
      return;
    }
    at = &(*parent)[name];
    while (!rest.empty() && rest.front() == '[') {
      auto end = rest.find(']');
      std::size_t index = 0;
      std::from_chars(rest.data() + 1, rest.data() + end, index);
      rest.remove_prefix(end + 1);
      if (!at->is_array()) at->emplace_array();
      if (at->get_array().size() <= index) at->get_array().resize(index + 1);
      at = &at->get_array()[index];
    }
    if (rest.empty()) break;
    rest.remove_prefix(1);
    if (!at->is_object()) at->emplace_object();
    parent = &at->get_object();
  }
  *at = api::json::parse(c.value);
}

inline void expect_errors(const api::field_errors& actual, std::vector<std::string> expected) {
  std::vector<std::string> found;
  for (auto& e : actual)
    found.push_back(e.field + ": " + e.message());
  std::sort(found.begin(), found.end());
  std::sort(expected.begin(), expected.end());
  bool same = found.size() == expected.size();
  for (std::size_t i = 0; same && i < found.size(); ++i) {
    auto want = std::string_view(expected[i]);
    same = want.ends_with("...") ? found[i].starts_with(want.substr(0, want.size() - 3)) : found[i] == want;
  }
  EXPECT_TRUE(same) << "complaints:\n  " << testing::PrintToString(found) << "\nexpected:\n  "
                    << testing::PrintToString(expected);
}

/// Each case on a fresh copy of `valid`, as a new object.
inline void run_rules(std::string_view api_version, std::string_view kind, std::string_view valid,
                      const std::vector<rule_case>& cases) {
  auto type = api::group_version_kind::parse(api_version, kind);
  for (auto& c : cases) {
    SCOPED_TRACE(c.name);
    auto body = api::json::parse(valid).as_object();
    for (auto& one : c.changes)
      apply_change(body, one);
    expect_errors(validate_create(type, body), c.errors);
  }
}

enum class write { update, status };

/// Each case as a change of the stored object `old`.
inline void run_update_rules(std::string_view api_version, std::string_view kind, std::string_view old,
                             const std::vector<rule_case>& cases, write how = write::update) {
  auto type = api::group_version_kind::parse(api_version, kind);
  for (auto& c : cases) {
    SCOPED_TRACE(c.name);
    auto before = api::json::parse(old).as_object();
    api::set_at(before, {"metadata", "resourceVersion"}, "1");
    auto body = before;
    for (auto& one : c.changes)
      apply_change(body, one);
    expect_errors(how == write::status ? validate_status_update(type, body, before)
                                       : validate_update(type, body, before),
                  c.errors);
  }
}

inline constexpr std::string_view valid_pod = R"({"metadata":{"name":"p","namespace":"default"},"spec":{
  "restartPolicy":"Always","dnsPolicy":"ClusterFirst","terminationGracePeriodSeconds":30,"securityContext":{},
"serviceAccountName":"default",
  "containers":[{"name":"c","image":"i:1","imagePullPolicy":"IfNotPresent","terminationMessagePolicy":"File",
"resources":{}}]}})";

/// `valid_pod` as the template of a controller.
inline std::string with_template(std::string_view spec_members) {
  auto pod = api::json::serialize(*api::find(api::json::parse(valid_pod), {"spec"}));
  return R"({"metadata":{"name":"x","namespace":"default"},
"spec":{"selector":{"matchLabels":{"app":"x"}},
"template":{"metadata":{"labels":{"app":"x"}},"spec":)" +
         pod + "}" + (spec_members.empty() ? "" : ",") + std::string(spec_members) + "}}";
}

} // namespace troupe::policies::validation
