#include "net/http/gzip.hpp"
#include <algorithm>
#include <zlib.h>

namespace troupe::net::http {

namespace {
/// 15 bits of window, and 16 for the gzip instead of the zlib wrapping.
constexpr int gzip_window = 15 + 16;
} // namespace

std::optional<std::string> gzip(std::string_view text) {
  z_stream z{};
  if (deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string out(deflateBound(&z, text.size()), '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  z.avail_in = static_cast<uInt>(text.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  const auto result = deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  deflateEnd(&z);
  if (result != Z_STREAM_END) return {};
  return out;
}

std::optional<std::string> gunzip(std::string_view packed, std::size_t bytes_max) {
  z_stream z{};
  if (inflateInit2(&z, gzip_window) != Z_OK) return {};
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  z.avail_in = static_cast<uInt>(packed.size());
  std::string out;
  int result = Z_OK;
  while (result == Z_OK && out.size() <= bytes_max) {
    const auto used = out.size();
    out.resize(used + std::clamp<std::size_t>(packed.size() * 4, 4096, 1 << 20));
    z.next_out = reinterpret_cast<Bytef*>(out.data() + used);
    z.avail_out = static_cast<uInt>(out.size() - used);
    result = inflate(&z, Z_NO_FLUSH);
    out.erase(out.size() - z.avail_out);
  }
  inflateEnd(&z);
  if (result != Z_STREAM_END || out.size() > bytes_max) return {};
  return out;
}

} // namespace troupe::net::http
