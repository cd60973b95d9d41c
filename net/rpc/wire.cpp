#include "net/rpc/wire.hpp"
#include <algorithm>
#include <charconv>

namespace troupe::net::rpc {

namespace {

std::uint32_t length_at(std::string_view bytes) noexcept {
  std::uint32_t n = 0;
  for (std::size_t i = 1; i < prefix_bytes; ++i) n = n << 8 | static_cast<unsigned char>(bytes[i]);
  return n;
}

} // namespace

void write_prefix(char* into, std::uint32_t message_bytes) noexcept {
  into[0] = 0;
  for (int i = 4; i > 0; --i, message_bytes >>= 8) into[i] = static_cast<char>(message_bytes);
}

message_reader::verdict message_reader::judge() const noexcept {
  auto rest = std::string_view(bytes_).substr(at_);
  if (rest.empty()) return verdict::good;
  if (rest.front() != 0) return verdict::compressed;
  return rest.size() >= prefix_bytes && length_at(rest) > max_ ? verdict::too_large : verdict::good;
}

message_reader::verdict message_reader::feed(std::string_view bytes) {
  if (at_ > 0) {
    bytes_.erase(0, at_);
    at_ = 0;
  }
  bytes_ += bytes;
  return judge();
}

bool message_reader::whole() const noexcept {
  auto rest = std::string_view(bytes_).substr(at_);
  return judge() == verdict::good && rest.size() >= prefix_bytes && rest.size() - prefix_bytes >= length_at(rest);
}

std::optional<std::string_view> message_reader::next() {
  if (!whole()) return std::nullopt;
  auto rest = std::string_view(bytes_).substr(at_);
  auto n = length_at(rest);
  at_ += prefix_bytes + n;
  return rest.substr(prefix_bytes, n);
}

std::uint32_t message_reader::announced() const noexcept {
  auto rest = std::string_view(bytes_).substr(at_);
  return rest.size() >= prefix_bytes ? length_at(rest) : 0;
}

std::optional<std::string_view> message_reader::only(std::string_view bytes, std::size_t max) noexcept {
  if (bytes.size() < prefix_bytes || bytes.front() != 0) return std::nullopt;
  auto n = length_at(bytes);
  if (n > max || bytes.size() - prefix_bytes != n) return std::nullopt;
  return bytes.substr(prefix_bytes);
}

std::optional<std::chrono::nanoseconds> parse_timeout(std::string_view text) noexcept {
  constexpr std::size_t digits_max = 8;
  using std::chrono::nanoseconds;
  if (text.size() < 2 || text.size() > digits_max + 1) return std::nullopt;
  std::int64_t n = 0;
  auto end = text.data() + text.size() - 1;
  if (auto [at, error] = std::from_chars(text.data(), end, n); error != std::errc() || at != end || n < 0)
    return std::nullopt;
  switch (*end) {
    case 'H': return std::chrono::hours(std::min<std::int64_t>(n, 1'000'000)); // More does not fit.
    case 'M': return std::chrono::minutes(std::min<std::int64_t>(n, 60'000'000));
    case 'S': return std::chrono::seconds(n);
    case 'm': return std::chrono::milliseconds(n);
    case 'u': return std::chrono::microseconds(n);
    case 'n': return nanoseconds(n);
    default: return std::nullopt;
  }
}

std::string percent_encoded(std::string_view text) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (unsigned char c : text) {
    if (c >= ' ' && c <= '~' && c != '%') {
      out += static_cast<char>(c);
      continue;
    }
    out += '%';
    out += digits[c >> 4];
    out += digits[c & 15];
  }
  return out;
}

} // namespace troupe::net::rpc
