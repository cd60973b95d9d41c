#pragma once
#include "policies/api/json.hpp"
#include "policies/api/resource.hpp"
#include "policies/api/selector.hpp"
#include "policies/api/status.hpp"
#include "policies/schema/type.hpp"
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe::policies::schema {

namespace json = boost::json;

enum class verb : std::uint8_t { create, remove, delete_collection, get, list, patch, update, watch };
/// "create", "delete", "deletecollection", …
[[nodiscard]] std::string_view text(verb v) noexcept;

class verb_set {
public:
  constexpr verb_set() = default;
  constexpr void add(verb v) noexcept { bits_ = static_cast<std::uint8_t>(bits_ | (1u << static_cast<unsigned>(v))); }
  [[nodiscard]] constexpr bool has(verb v) const noexcept { return (bits_ >> static_cast<unsigned>(v)) & 1u; }
  [[nodiscard]] constexpr bool empty() const noexcept { return bits_ == 0; }

private:
  std::uint8_t bits_ = 0;
};

/// Which change of an object raises `metadata.generation`.
enum class generation_rule : std::uint8_t {
  none,                ///< the kind has no generation
  spec,                ///< `spec` changed
  spec_or_annotations, ///< `spec` or `metadata.annotations` changed
  not_metadata,        ///< anything but metadata, or the labels, changed (EndpointSlice)
  body,                ///< anything but metadata and status changed (PodTemplate's template, custom resources)
  fixed,               ///< set at creation, never raised
};

/// What happens to dependents when a delete request does not say (`propagationPolicy`).
enum class garbage_default : std::uint8_t { background, orphan, unsupported };

struct subresource {
  std::string name;             ///< "status", "scale", "log", …
  api::group_version_kind kind; ///< of the body; `Scale` of autoscaling/v1, `Eviction` of policy/v1
  verb_set verbs;
  const type_info* type = nullptr;
};

/// One field that list and watch can select on.
struct selectable_field {
  std::string name;                   ///< as in the query: "spec.nodeName"
  std::vector<std::string> path;      ///< member names and list indices down to the value; empty: never has a value
  std::vector<std::string> otherwise; ///< a second path for objects that have nothing at the first
  std::string missing;                ///< the value of an object that has none: "false" for booleans, "0" for counts
  bool indexed = false;               ///< worth an index in a watch cache
};

/// How objects of a served version differ from those in the store. Both take and give whole documents.
struct conversion {
  json::object (*to_stored)(json::object served);
  json::object (*to_served)(json::object stored);
};

/// Everything about one resource type in one served version.
struct descriptor {
  api::group_version_kind gvk;
  api::group_resource resource; ///< group and plural
  std::string singular;
  std::string list_kind;
  std::vector<std::string> short_names;
  std::vector<std::string> categories;
  bool namespaced = true;
  verb_set verbs;
  std::vector<subresource> subresources; ///< sorted by name
  const type_info* type = nullptr;

  /// Type and version under which objects are stored. Differs from `resource` and `gvk` for events.k8s.io (stored as
  /// core events) and autoscaling/v1 (stored as v2); then `convert` is set.
  api::group_resource storage;
  api::group_version_kind storage_kind;
  const conversion* convert = nullptr;
  std::string storage_version_hash; ///< as in discovery; empty for types that are not stored

  std::vector<selectable_field> fields;
  std::vector<std::pair<std::string, std::string>> field_aliases; ///< older name, name in `fields`
  std::string unknown_field_message;                              ///< with "<label>" for the field that was asked

  generation_rule generation = generation_rule::none;
  int first_generation = 0;         ///< at creation; 0 leaves the member out
  bool create_on_update = false;    ///< PUT of a missing object creates it
  bool unconditional_update = true; ///< PUT without resourceVersion overwrites
  bool status_cleared_on_create = false;
  bool status_kept_on_update = false; ///< PUT of the main resource leaves `status` as it was
  garbage_default garbage = garbage_default::background;

  [[nodiscard]] bool stored() const noexcept { return verbs.has(verb::get); }
  [[nodiscard]] bool has_status() const noexcept { return find_subresource("status") != nullptr; }
  [[nodiscard]] const subresource* find_subresource(std::string_view name) const noexcept;
  /// 400 with Kubernetes' text if the selector names a field that the type does not have.
  [[nodiscard]] api::result<void> check(const api::field_selector& selector) const;
  /// The value of a supported field (or alias) as the selector sees it: booleans and numbers as text, missing as "".
  [[nodiscard]] std::string value_of(const json::object& body, std::string_view field) const;
  /// Whether the object meets all terms. Allocates nothing for text fields.
  [[nodiscard]] bool matches(const json::object& body, const api::field_selector& selector) const;
  /// Whether an update from `before` to `after` raises the generation.
  [[nodiscard]] bool raises_generation(const json::object& before, const json::object& after) const;
};

} // namespace troupe::policies::schema
