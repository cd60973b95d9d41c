#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::net::dns {

/// Reads the name at `at`, following compression pointers, which must point backwards (RFC 1035 section 4.1.4); `at`
/// then is behind it. Nothing for a name that is too long, leaves the message or points forwards.
[[nodiscard]] std::optional<std::string> read_name(std::span<const std::uint8_t> bytes, std::size_t& at);

/// Where names were written before, lower case, for compression.
using name_offsets = std::map<std::string, std::uint16_t, std::less<>>;

/// Appends a name; with `offsets` compressed. False if it is not a name: label over 63, whole over 255 bytes.
[[nodiscard]] bool write_name(std::vector<std::uint8_t>& out, std::string_view name, name_offsets* offsets);

} // namespace troupe::net::dns
