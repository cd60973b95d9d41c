#pragma once
#include "policies/api/object.hpp"
#include "policies/strategy/context.hpp"
#include "policies/strategy/strategy.hpp"
#include <gtest/gtest.h>
#include <string_view>

namespace troupe::policies::strategy {

inline api::json::object parse(std::string_view text) { return api::json::parse(text).as_object(); }
inline api::object_ptr make(std::string_view text) { return api::object::make(parse(text)); }

/// A fixed sequence of random bits, and noon of the first of January 2026.
struct fixture {
  std::uint64_t seed = 1;
  random_source random = [this] { return seed = seed * 6364136223846793005u + 1442695040888963407u; };
  api::time_point now = *api::parse_time("2026-01-01T12:00:00Z");
  context ctx{now, random};
};

/// The member at `where` as JSON, or "-" if there is none.
inline std::string at(const api::json::object& body, api::path where) {
  auto* found = api::find(body, where);
  return found ? api::json::serialize(*found) : "-";
}

inline const api::group_version_kind pod_kind{"", "v1", "Pod"}, deployment_kind{"apps", "v1", "Deployment"},
    namespace_kind{"", "v1", "Namespace"};

} // namespace troupe::policies::strategy
