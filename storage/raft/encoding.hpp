#pragma once
#include "storage/raft/messages.hpp"
#include <string>
#include <tl/expected.hpp>

/// Raft's values as bytes, for disk and wire. Every value starts with a format version; integers are LEB128 varints in
/// their shortest form, byte strings have a varint length in front, lists a varint count. Equal values have equal
/// encodings. Decoding checks every bound, takes any input, and allocates no more than the input's size allows.
namespace troupe::storage::raft {

inline constexpr std::uint8_t encoding_version = 1;

enum class decode_errc : std::uint8_t {
  version = 1,   ///< written by a newer program
  truncated = 2, ///< ends in the middle
  malformed = 3, ///< a tag, flag, or number that no encoder writes, or lists out of order
  trailing = 4,  ///< bytes after the end
};
template <class T> using decoded = tl::expected<T, decode_errc>;

[[nodiscard]] std::string encode(const entry& value);
[[nodiscard]] std::string encode(const hard_state& value);
[[nodiscard]] std::string encode(const configuration& value);
[[nodiscard]] std::string encode(const snapshot_meta& value);
[[nodiscard]] std::string encode(const envelope& value);

[[nodiscard]] decoded<entry> decode_entry(std::string_view bytes);
[[nodiscard]] decoded<hard_state> decode_hard_state(std::string_view bytes);
[[nodiscard]] decoded<configuration> decode_configuration(std::string_view bytes);
[[nodiscard]] decoded<snapshot_meta> decode_snapshot_meta(std::string_view bytes);
[[nodiscard]] decoded<envelope> decode_envelope(std::string_view bytes);

} // namespace troupe::storage::raft
