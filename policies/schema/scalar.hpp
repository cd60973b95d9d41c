#pragma once
#include "policies/api/json.hpp"
#include "policies/schema/type.hpp"
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::policies::schema {

/// Standard base64 with padding (RFC 4648 section 4).
[[nodiscard]] std::string encode_base64(std::string_view bytes);
/// Line breaks are ignored, as in Go. On failure `error_at` is the offset of the first wrong byte.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text, std::size_t& error_at);

/// The text of a time in the server's form: UTC with seconds, or with six fractional digits. Empty if it is none.
[[nodiscard]] std::optional<std::string> normal_time(std::string_view text, bool micro);
/// Seconds and nanoseconds since 1970 as a text of the same form.
[[nodiscard]] std::string time_from_unix(std::int64_t seconds, std::int32_t nanos, bool micro);
/// The inverse; empty if the text is no time.
struct unix_time {
  std::int64_t seconds;
  std::int32_t nanos;
};
[[nodiscard]] std::optional<unix_time> time_to_unix(std::string_view text);

/// Canonical form of a quantity; empty if the text is none.
[[nodiscard]] std::optional<std::string> normal_quantity(std::string_view text);

/// Go's time.Duration: "1h2m3.5s". Empty if the text is none or does not fit 64 bits of nanoseconds.
[[nodiscard]] std::optional<std::int64_t> parse_go_duration(std::string_view text);
[[nodiscard]] std::string format_go_duration(std::int64_t nanoseconds);

} // namespace troupe::policies::schema
