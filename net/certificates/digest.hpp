#pragma once
#include <string>
#include <string_view>

namespace troupe::net::certificates {

/// SHA-256 in hexadecimal.
[[nodiscard]] std::string sha256(std::string_view bytes);
/// Equality in a time that tells nothing about where two texts of the same length differ.
[[nodiscard]] bool equal_secrets(std::string_view a, std::string_view b) noexcept;

} // namespace troupe::net::certificates
