#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe::net::http {

/// Undoes %XX; nothing if an escape is malformed or decodes to NUL. `plus_is_space` for query strings.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space = false);
/// Escapes everything but RFC 3986 unreserved characters.
[[nodiscard]] std::string percent_encode(std::string_view text);

/// Decoded parameters of a raw query in order; repeated names stay. As Go's url.ParseQuery does, malformed pieces are
/// left out.
using query_parameters = std::vector<std::pair<std::string, std::string>>;
[[nodiscard]] query_parameters parse_query(std::string_view raw);
/// First value of that name, or an empty view.
[[nodiscard]] std::string_view first(const query_parameters& query, std::string_view name) noexcept;

/// An http(s) URL in its parts.
struct url {
  bool tls = false;
  std::string host;     ///< without brackets
  std::uint16_t port = 0;
  std::string target;   ///< path and query, at least "/"
};
[[nodiscard]] std::optional<url> parse_url(std::string_view text);

} // namespace troupe::net::http
