#pragma once
#include "policies/api/object.hpp"
#include "policies/api/time.hpp"
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::policies::admission {

enum class operation { create, update, remove, connect };

/// Read access to the objects that plugins look at, at some recent revision. Objects that are not there are null.
class lookup {
public:
  virtual ~lookup() = default;
  [[nodiscard]] virtual api::object_ptr namespace_named(std::string_view name) const = 0;
  [[nodiscard]] virtual api::object_ptr service_account(std::string_view ns, std::string_view name) const = 0;
  [[nodiscard]] virtual api::object_ptr priority_class(std::string_view name) const = 0;
  [[nodiscard]] virtual api::object_ptr pod(std::string_view ns, std::string_view name) const = 0;
  [[nodiscard]] virtual api::object_ptr node(std::string_view name) const = 0;
  [[nodiscard]] virtual std::vector<api::object_ptr> limit_ranges(std::string_view ns) const = 0;
  [[nodiscard]] virtual std::vector<api::object_ptr> resource_quotas(std::string_view ns) const = 0;
  [[nodiscard]] virtual std::vector<api::object_ptr> priority_classes() const = 0;
  [[nodiscard]] virtual std::vector<api::object_ptr> storage_classes() const = 0;
  [[nodiscard]] virtual std::vector<api::object_ptr> ingress_classes() const = 0;
};

/// Who asks.
struct user {
  std::string name;
  std::vector<std::string> groups;
};

/// One write as plugins see it.
struct request {
  operation what = operation::create;
  user by;
  api::group_resource resource;
  api::group_version_kind kind;
  std::string subresource;             ///< "" for the main resource
  std::string ns;                      ///< empty for cluster-scoped ones
  std::string name;                    ///< from the URL, or from the object on create; may be empty with generateName
  api::json::object* object = nullptr; ///< what will be written; null on delete. Mutating plugins change it.
  const api::json::object* old = nullptr; ///< the stored version on update and delete
  bool dry_run = false;
  api::time_point now;
  /// 64 random bits per call, for name suffixes.
  const std::function<std::uint64_t()>* random = nullptr;
};

} // namespace troupe::policies::admission
