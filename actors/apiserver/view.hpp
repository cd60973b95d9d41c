#pragma once
#include "actors/mirror/interface.hpp"
#include "policies/admission/request.hpp"
#include "policies/api/object_table.hpp"
#include <map>
#include <set>
#include <string>
#include <utility>

namespace troupe::actors::apiserver {

/// A worker's copy of the objects that admission asks for, kept by mirrors. It may lag behind the store by a moment:
/// what it did not find is noted, so that the worker can read that from the watch cache and decide again.
class admission_view final : public policies::admission::lookup {
public:
  /// The types whose mirrors feed it.
  [[nodiscard]] static const std::vector<api::group_resource>& types();
  void apply(const mirror::update& update);
  /// Takes in one object that was read directly.
  void put(const api::group_resource& type, api::object_ptr object);

  void forget(const api::group_resource& type, const api::object_key& key);

  using miss = std::pair<api::group_resource, api::object_key>;
  /// What was asked for and not there since the last call.
  std::set<miss> take_misses() const { return std::exchange(misses_, {}); }

  [[nodiscard]] api::object_ptr namespace_named(std::string_view name) const override;
  [[nodiscard]] api::object_ptr service_account(std::string_view ns, std::string_view name) const override;
  [[nodiscard]] api::object_ptr priority_class(std::string_view name) const override;
  [[nodiscard]] api::object_ptr pod(std::string_view ns, std::string_view name) const override;
  [[nodiscard]] api::object_ptr node(std::string_view name) const override;
  [[nodiscard]] std::vector<api::object_ptr> limit_ranges(std::string_view ns) const override;
  [[nodiscard]] std::vector<api::object_ptr> resource_quotas(std::string_view ns) const override;
  [[nodiscard]] std::vector<api::object_ptr> priority_classes() const override;
  [[nodiscard]] std::vector<api::object_ptr> storage_classes() const override;
  [[nodiscard]] std::vector<api::object_ptr> ingress_classes() const override;

private:
  api::object_ptr find(const api::group_resource& type, api::object_key key) const;
  std::vector<api::object_ptr> all(const api::group_resource& type) const;
  std::map<api::group_resource, api::object_table> tables_;
  mutable std::set<miss> misses_;
};

} // namespace troupe::actors::apiserver
