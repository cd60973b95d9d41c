#pragma once
#include "policies/api/status.hpp"
#include <string>
#include <string_view>

namespace troupe::policies::routing {

/// What a URL path of the API means (apiserver `RequestInfo`).
struct request_path {
  bool is_resource = false; ///< false: discovery, health, OpenAPI, metrics …; nothing below is set then
  std::string group;        ///< empty for the core group
  std::string version;
  std::string ns;
  std::string resource;     ///< plural
  std::string name;
  std::string subresource;  ///< "log", "status", …; what follows it is `rest`
  std::string rest;         ///< of `proxy`: the path behind it, with its leading slash
  bool watch_prefix = false; ///< the old form /api/v1/watch/…
};

/// Splits a decoded path without query. Paths that are no resource paths are not an error. Fails with 404 where a
/// segment is ".", ".." or empty in the middle.
[[nodiscard]] api::result<request_path> parse_path(std::string_view path);

/// The verb of authorization and of audit: get, list, watch, create, update, patch, delete, deletecollection; for
/// non-resource paths the method in lower case.
[[nodiscard]] std::string_view verb_of(std::string_view method, const request_path& path, bool watch) noexcept;

} // namespace troupe::policies::routing
