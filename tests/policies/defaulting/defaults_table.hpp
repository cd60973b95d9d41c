#pragma once
#include "policies/defaulting/defaults.hpp"
#include <gtest/gtest.h>
#include <string_view>
#include <vector>

/// Table tests of defaults: what the client sends, and what has to be there afterwards.
namespace troupe::policies::defaulting {

struct defaults_case {
  std::string_view name;
  std::string_view body;
  /// Members that must be there afterwards; null stands for a member that must not.
  std::string_view expected;
};

inline void expect_covers(const api::json::value& actual, const api::json::value& expected, const std::string& where) {
  if (auto* members = expected.if_object(); members && actual.is_object()) {
    for (auto& member : *members) {
      auto* found = actual.get_object().if_contains(member.key());
      auto path = where + "." + std::string(member.key());
      if (member.value().is_null())
        EXPECT_TRUE(!found) << path << " is there";
      else if (!found)
        ADD_FAILURE() << path << " is missing";
      else
        expect_covers(*found, member.value(), path);
    }
    return;
  }
  if (auto* list = expected.if_array(); list && actual.is_array() && actual.get_array().size() == list->size()) {
    for (std::size_t i = 0; i < list->size(); ++i)
      expect_covers(actual.get_array()[i], (*list)[i], where + "[" + std::to_string(i) + "]");
    return;
  }
  EXPECT_EQ(api::json::serialize(actual), api::json::serialize(expected)) << where;
}

inline void run_defaults(std::string_view api_version, std::string_view kind, const std::vector<defaults_case>& cases) {
  auto type = api::group_version_kind::parse(api_version, kind);
  for (auto& c : cases) {
    SCOPED_TRACE(c.name);
    auto body = api::json::parse(c.body).as_object();
    set_defaults(type, body);
    expect_covers(body, api::json::parse(c.expected), "");
    auto again = body;
    set_defaults(type, again);
    EXPECT_EQ(again, body) << "a second run changes the object";
  }
}

} // namespace troupe::policies::defaulting
