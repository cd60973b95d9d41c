#pragma once
#include <string_view>

namespace troupe::policies::schema {
struct type_info;
}

namespace troupe::policies::patch {

struct merge_field;

/// What a strategic merge needs to know about the members of one object: a light handle on somebody's schema.
/// The empty handle knows nothing: objects merge member by member, lists are replaced.
struct merge_rules {
  const void* node = nullptr;
  merge_field (*lookup)(const void* node, std::string_view field) = nullptr;

  [[nodiscard]] merge_field field(std::string_view name) const;
};

/// How one member merges.
struct merge_field {
  bool merge = false;              ///< lists: by `merge_key`, or as a set of scalars where there is none
  std::string_view merge_key;
  std::string_view go_type;        ///< for error texts
  merge_rules child;               ///< of the object, or of the list's items
};

/// The rules of a type of the API. The type must outlive the handle.
[[nodiscard]] merge_rules rules_of(const schema::type_info& type) noexcept;

} // namespace troupe::policies::patch
