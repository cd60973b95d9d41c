#include "net/spdy/header_block.hpp"
#include "net/spdy/dictionary.hpp"
#include <cstdint>
#include <zlib.h>

namespace troupe::net::spdy {

namespace {

constexpr std::size_t block_max = 64 * 1024;
constexpr std::uint32_t fields_max = 256;

void append(std::string& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
}

std::optional<std::uint32_t> take_number(std::string_view& from) {
  if (from.size() < 4) return {};
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(from[static_cast<std::size_t>(i)]);
  from.remove_prefix(4);
  return value;
}

std::optional<std::string> take_string(std::string_view& from) {
  const auto size = take_number(from);
  if (!size || *size > from.size()) return {};
  std::string text(from.substr(0, *size));
  from.remove_prefix(*size);
  return text;
}

std::optional<header_list> parse(std::string_view text) {
  const auto count = take_number(text);
  if (!count || *count > fields_max) return {};
  header_list fields;
  for (std::uint32_t i = 0; i < *count; ++i) {
    auto name = take_string(text);
    auto value = name ? take_string(text) : std::nullopt;
    if (!value || name->empty()) return {};
    fields.emplace_back(std::move(*name), std::move(*value));
  }
  if (!text.empty()) return {};
  return fields;
}

const Bytef* raw(std::string_view text) { return reinterpret_cast<const Bytef*>(text.data()); }

} // namespace

std::string_view find(const header_list& fields, std::string_view name) noexcept {
  for (const auto& [key, value] : fields)
    if (key == name) return value;
  return {};
}

struct header_deflater::state { z_stream z{}; };

header_deflater::header_deflater() : state_(std::make_unique<state>()) {
  // A small window: there is one such stream per connection, and blocks are short.
  if (deflateInit2(&state_->z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 11, 1, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::bad_alloc();
  deflateSetDictionary(&state_->z, raw(dictionary()), static_cast<uInt>(dictionary().size()));
}

header_deflater::~header_deflater() { deflateEnd(&state_->z); }

std::string header_deflater::encode(const header_list& fields) {
  std::string plain;
  append(plain, static_cast<std::uint32_t>(fields.size()));
  for (const auto& [name, value] : fields) {
    append(plain, static_cast<std::uint32_t>(name.size()));
    plain += name;
    append(plain, static_cast<std::uint32_t>(value.size()));
    plain += value;
  }
  auto& z = state_->z;
  std::string out(deflateBound(&z, plain.size()) + 64, '\0');
  z.next_in = const_cast<Bytef*>(raw(plain));
  z.avail_in = static_cast<uInt>(plain.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, Z_SYNC_FLUSH);
  out.erase(out.size() - z.avail_out);
  return out;
}

struct header_inflater::state { z_stream z{}; };

header_inflater::header_inflater() : state_(std::make_unique<state>()) {
  if (inflateInit(&state_->z) != Z_OK) throw std::bad_alloc();
}

header_inflater::~header_inflater() { inflateEnd(&state_->z); }

std::optional<header_list> header_inflater::decode(std::string_view block) {
  auto& z = state_->z;
  z.next_in = const_cast<Bytef*>(raw(block));
  z.avail_in = static_cast<uInt>(block.size());
  std::string plain;
  for (;;) {
    char piece[4096];
    z.next_out = reinterpret_cast<Bytef*>(piece);
    z.avail_out = sizeof piece;
    auto result = inflate(&z, Z_SYNC_FLUSH);
    if (result == Z_NEED_DICT) {
      if (inflateSetDictionary(&z, raw(dictionary()), static_cast<uInt>(dictionary().size())) != Z_OK) return {};
      continue;
    }
    plain.append(piece, sizeof piece - z.avail_out);
    if (plain.size() > block_max) return {};
    // No progress: everything has been taken.
    if (result == Z_BUF_ERROR) break;
    if (result != Z_OK) return {};
    if (z.avail_in == 0 && z.avail_out > 0) break;
  }
  return parse(plain);
}

} // namespace troupe::net::spdy
