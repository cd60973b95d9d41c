#pragma once
#include "storage/engine/error.hpp"

/// Pieces of a snapshot, as they go into a backup file (one after another) or over a wire (docs/formats/storage.md).
namespace troupe::storage::snapshot {

enum class chunk_kind : std::uint8_t {
  begin = 1, ///< first: the description given by the exporter, and the names of the families
  data = 2,  ///< records, in the order of family and key
  end = 3,   ///< last: number of records and checksum of all of them
};

struct chunk {
  chunk_kind kind = chunk_kind::data;
  std::uint32_t number = 0; ///< counted from 0
  std::string_view payload; ///< into the bytes that were parsed
};

inline constexpr std::size_t chunk_header_bytes = 18;
inline constexpr std::size_t chunk_bytes_max = 64 << 20;

/// Header, checksum and payload.
[[nodiscard]] std::string frame(chunk_kind kind, std::uint32_t number, std::string_view payload);
/// How long the chunk is that starts with these `chunk_header_bytes`, for those who read a file piece by piece. The
/// checksum is not looked at yet. Errors: `damaged`, `newer_format`.
[[nodiscard]] engine::result<std::size_t> chunk_size(std::string_view header);
/// The chunk at the start of `bytes`, and how many bytes it takes. Errors: `damaged`, `newer_format`, and `missing`
/// if the bytes end before the chunk does.
struct parsed_chunk {
  chunk value;
  std::size_t size = 0;
};
[[nodiscard]] engine::result<parsed_chunk> parse(std::string_view bytes);

} // namespace troupe::storage::snapshot
