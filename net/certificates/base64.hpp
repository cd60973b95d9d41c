#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace troupe::net::certificates {

/// RFC 4648 section 4: standard alphabet with padding.
[[nodiscard]] std::string base64(std::string_view bytes);
/// RFC 4648 section 5 without padding, as JWT uses it.
[[nodiscard]] std::string base64url(std::string_view bytes);
/// Strict decoders: nothing if a character, the padding or unused bits are wrong. Line breaks are not skipped.
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view text);
[[nodiscard]] std::optional<std::string> base64url_decode(std::string_view text);

} // namespace troupe::net::certificates
