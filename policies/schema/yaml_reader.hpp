#pragma once
#include "policies/schema/decode.hpp"
#include "policies/schema/document_tree.hpp"
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace troupe::policies::schema {

/// Reads the first YAML document as sigs.k8s.io/yaml makes JSON of it: YAML 1.1 scalars (`yes`, `0777`, `~`), merge
/// keys, keys of any scalar type as text. Duplicate keys: the last one counts, and `duplicates` gets Go's text
/// `line 3: key "a" already set in map`. Aliases count with all that they stand for against the limits.
[[nodiscard]] tl::expected<void, std::string> read_yaml(std::string_view bytes, const decode_limits& limits,
                                                        document_tree& into, std::vector<std::string>& duplicates);

} // namespace troupe::policies::schema
