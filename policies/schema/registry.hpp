#pragma once
#include "policies/schema/descriptor.hpp"
#include <memory>
#include <span>
#include <string_view>

namespace troupe::policies::schema {

/// All resource types and API types that the program serves. Immutable after construction; read from all threads.
class registry {
public:
  /// Built from the embedded tables at the first call, in a few milliseconds.
  [[nodiscard]] static const registry& builtin();

  /// Null pointer if not served. `group` is empty for the core group.
  [[nodiscard]] const descriptor* find(std::string_view group, std::string_view version,
                                       std::string_view plural) const noexcept;
  [[nodiscard]] const descriptor* find(const api::group_version_kind& gvk) const noexcept;
  /// The descriptor of the version in which objects of the type are stored.
  [[nodiscard]] const descriptor* find_stored(const api::group_resource& storage) const noexcept;
  /// In discovery order: groups by priority, versions by priority, then plural.
  [[nodiscard]] std::span<const descriptor> all() const noexcept;

  struct group_version {
    std::string_view group, version;
  };
  /// Served group versions in discovery order; the first of a group is the preferred one.
  [[nodiscard]] std::span<const group_version> group_versions() const noexcept;

  /// Type of a kind, also of those that are no resource (Scale, Eviction, DeleteOptions, Status); null if unknown.
  /// DeleteOptions and its siblings are known in every served group version.
  [[nodiscard]] const type_info* type(const api::group_version_kind& gvk) const noexcept;
  /// By full name: "io.k8s.api.core.v1.PodSpec".
  [[nodiscard]] const type_info* type(std::string_view name) const noexcept;
  [[nodiscard]] std::span<const type_info> types() const noexcept;
  /// Changes whenever the tables change: base of ETags and of OpenAPI hashes. 16 hexadecimal digits.
  [[nodiscard]] std::string_view fingerprint() const noexcept;

  /// Heap bytes of the type tables.
  [[nodiscard]] std::size_t bytes() const noexcept;

  registry(const registry&) = delete;
  registry& operator=(const registry&) = delete;
  ~registry();

private:
  registry();
  struct tables;
  std::unique_ptr<tables> tables_;
};

} // namespace troupe::policies::schema
