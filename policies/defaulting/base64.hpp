#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace troupe::policies::defaulting {

/// RFC 4648 section 4, with padding: the form of byte strings in API documents.
[[nodiscard]] std::string encode_base64(std::string_view bytes);
/// Empty if the text is not of that form. Line breaks are skipped, as Go's decoder does.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);
/// Number of bytes that a well-formed text stands for, without decoding it.
[[nodiscard]] std::size_t decoded_size(std::string_view text) noexcept;

} // namespace troupe::policies::defaulting
