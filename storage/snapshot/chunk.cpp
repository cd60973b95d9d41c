#include "storage/snapshot/chunk.hpp"
#include "storage/engine/checksum.hpp"
#include <cstring>
#include <fmt/format.h>

namespace troupe::storage::snapshot {

namespace {

constexpr std::string_view magic = "TSNP";
constexpr char format_version = 1;

template <class T> void append(std::string& out, T x) { out.append(reinterpret_cast<const char*>(&x), sizeof x); }
template <class T> T load(std::string_view bytes, std::size_t at) {
  T x;
  std::memcpy(&x, bytes.data() + at, sizeof x);
  return x;
}

engine::failure fail(engine::errc code, std::string detail) {
  return engine::failure(engine::error{code, "snapshot: " + std::move(detail)});
}

} // namespace

// magic (4), version (1), kind (1), number (4), payload size (4), CRC-32C of all before and the payload (4), payload.
std::string frame(chunk_kind kind, std::uint32_t number, std::string_view payload) {
  std::string out(magic);
  out.reserve(chunk_header_bytes + payload.size());
  out.push_back(format_version);
  out.push_back(static_cast<char>(kind));
  append(out, number);
  append(out, static_cast<std::uint32_t>(payload.size()));
  append(out, engine::crc32c(payload, engine::crc32c(out)));
  out.append(payload);
  return out;
}

engine::result<std::size_t> chunk_size(std::string_view header) {
  if (!header.starts_with(magic)) return fail(engine::errc::damaged, "no chunk starts here");
  if (header[4] > format_version)
    return fail(engine::errc::newer_format, fmt::format("chunk format {} is unknown", int(header[4])));
  auto kind = header[5];
  auto size = load<std::uint32_t>(header, 10);
  if (header[4] != format_version || kind < 1 || kind > 3 || size > chunk_bytes_max)
    return fail(engine::errc::damaged, "a chunk header makes no sense");
  return chunk_header_bytes + size;
}

engine::result<parsed_chunk> parse(std::string_view bytes) {
  if (bytes.size() < chunk_header_bytes) return fail(engine::errc::missing, "the data ends inside of a chunk");
  auto size = chunk_size(bytes);
  if (!size) return tl::unexpected(size.error());
  if (bytes.size() < *size) return fail(engine::errc::missing, "the data ends inside of a chunk");
  auto payload = bytes.substr(chunk_header_bytes, *size - chunk_header_bytes);
  if (engine::crc32c(payload, engine::crc32c(bytes.substr(0, 14))) != load<std::uint32_t>(bytes, 14))
    return fail(engine::errc::damaged, "a chunk has a wrong checksum");
  return parsed_chunk{{static_cast<chunk_kind>(bytes[5]), load<std::uint32_t>(bytes, 6), payload}, *size};
}

} // namespace troupe::storage::snapshot
