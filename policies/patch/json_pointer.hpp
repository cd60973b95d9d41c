#pragma once
#include <boost/json/fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::policies::patch {

namespace json = boost::json;

/// Splits a JSON pointer (RFC 6901) into its tokens with `~0` and `~1` resolved; empty optional if it is malformed.
/// The empty pointer, which means the whole document, has no tokens.
[[nodiscard]] std::optional<std::vector<std::string>> parse_pointer(std::string_view text);

/// Position of an array that a token names: digits without leading zeros, or a negative number that counts from the
/// end as in the JSON patch library of Kubernetes. Empty if it is none or not below `bound`.
[[nodiscard]] std::optional<std::size_t> array_position(std::string_view token, std::size_t bound) noexcept;

/// The value that the tokens lead to, or null pointer.
[[nodiscard]] json::value* resolve(json::value& root, const std::vector<std::string>& tokens,
                                  std::size_t count) noexcept;

} // namespace troupe::policies::patch
