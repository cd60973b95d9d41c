#pragma once
#include <boost/json/fwd.hpp>
#include <string>
#include <string_view>

namespace troupe::policies::patch {

namespace json = boost::json;

/// A value as Go's %v prints it: `map[a:1 b:[x y]]`, members sorted. At most about 4 KiB, then "…".
[[nodiscard]] std::string go_text(const json::value& value);
/// Go's word for a JSON value in decoding errors: "object", "array", "string", "number", "bool", "null".
[[nodiscard]] std::string_view go_kind(const json::value& value) noexcept;

} // namespace troupe::policies::patch
