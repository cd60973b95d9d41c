#pragma once
#include "policies/schema/document_tree.hpp"
#include <string>
#include <string_view>

namespace troupe::policies::schema {

/// The `key` of a scalar node that is the merge key `<<`.
inline constexpr std::string_view yaml_merge_mark = "<<";

/// What a scalar means in YAML 1.1 as go-yaml v2 resolves it. `tag` is yaml-cpp's: "?" for plain, "!" for quoted, or
/// the tag that the document gives. Returns Go's error text, empty if all is well.
[[nodiscard]] std::string resolve_yaml_scalar(const std::string& text, std::string_view tag, document_tree& tree,
                                              node& out);

/// The text of a map key: numbers and booleans in their JSON form. False for null, lists and maps.
[[nodiscard]] bool yaml_key_text(const node& key, std::string_view& out);

} // namespace troupe::policies::schema
