#pragma once
#include <compare>
#include <functional>
#include <string>
#include <string_view>

namespace troupe::api {

/// A resource type without its version: what the store, the caches and error texts speak of.
struct group_resource {
  std::string group;    ///< empty for the core group
  std::string resource; ///< plural, lower case: "pods"
  auto operator<=>(const group_resource&) const = default;
  /// "deployments.apps", "pods": the form in error texts.
  [[nodiscard]] std::string text() const;
};

struct group_version_kind {
  std::string group;
  std::string version;
  std::string kind;
  auto operator<=>(const group_version_kind&) const = default;
  /// "apps/v1", "v1": the form of `apiVersion`.
  [[nodiscard]] std::string api_version() const;
  /// From `apiVersion` and `kind`.
  [[nodiscard]] static group_version_kind parse(std::string_view api_version, std::string_view kind);
};

/// Name of one object within its resource type. Cluster-scoped objects have an empty namespace.
struct object_key {
  std::string ns;
  std::string name;
  auto operator<=>(const object_key&) const = default;
  /// "ns/name" or "name".
  [[nodiscard]] std::string text() const;
};

/// Key in the store: "/registry/<resource>[.<group>]/[<namespace>/]<name>", as in "/registry/pods/default/web".
/// The core group has no suffix, so that a prefix of a type never covers another type.
[[nodiscard]] std::string storage_key(const group_resource& type, const object_key& key);
/// Prefix of all objects of a type, of one namespace if `ns` is not empty; ends in '/'.
[[nodiscard]] std::string storage_prefix(const group_resource& type, std::string_view ns = {});
/// The inverse of `storage_key` for a key below `storage_prefix(type)`.
[[nodiscard]] object_key parse_storage_key(const group_resource& type, std::string_view key);

} // namespace troupe::api

template <> struct std::hash<troupe::api::group_resource> {
  std::size_t operator()(const troupe::api::group_resource& x) const noexcept {
    return std::hash<std::string>{}(x.group) * 31 + std::hash<std::string>{}(x.resource);
  }
};
template <> struct std::hash<troupe::api::object_key> {
  std::size_t operator()(const troupe::api::object_key& x) const noexcept {
    return std::hash<std::string>{}(x.ns) * 31 + std::hash<std::string>{}(x.name);
  }
};
