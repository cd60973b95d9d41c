#pragma once
#include "policies/api/json.hpp"
#include <string>
#include <string_view>
#include <unordered_map>

namespace troupe::policies::patch {

namespace json = boost::json;

/// What identifies a list item: the value of its merge key, or the scalar itself where `merge_key` is empty. Values of
/// different JSON types differ. Empty for an object without the key.
[[nodiscard]] std::string item_identity(const json::value& item, std::string_view merge_key);

/// First position of each identity in a list.
using positions = std::unordered_map<std::string, std::size_t>;
[[nodiscard]] positions index_of(const json::array& list, std::string_view merge_key);

/// Orders a merged list as apimachinery does: items named in `wanted` follow its order, the others keep the order of
/// `live`, and where both were live before, their old order decides how the two sequences interleave.
[[nodiscard]] json::array ordered(json::array merged, const json::array& wanted, const json::array& live,
                                  std::string_view merge_key);

/// Whether the items of `part` appear in `whole` in the same order.
[[nodiscard]] bool follows(const json::array& part, const json::array& whole, std::string_view merge_key);

} // namespace troupe::policies::patch
