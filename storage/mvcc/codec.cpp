#include "storage/mvcc/codec.hpp"

namespace troupe::storage::mvcc {

void writer::number(std::uint64_t x) {
  for (; x >= 0x80; x >>= 7) byte(static_cast<std::uint8_t>(x | 0x80));
  byte(static_cast<std::uint8_t>(x));
}

std::uint8_t reader::byte() {
  if (in_.empty()) {
    fail();
    return 0;
  }
  auto x = static_cast<std::uint8_t>(in_.front());
  in_.remove_prefix(1);
  return x;
}

std::uint64_t reader::number() {
  std::uint64_t x = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    auto b = byte();
    if (shift == 63 && b > 1) break; // More than 64 bits.
    x |= std::uint64_t(b & 0x7f) << shift;
    if ((b & 0x80) == 0) return ok_ ? x : 0;
  }
  fail();
  return 0;
}

std::string_view reader::text() {
  auto size = number();
  if (size > in_.size()) {
    fail();
    return {};
  }
  auto x = in_.substr(0, size);
  in_.remove_prefix(size);
  return x;
}

std::size_t reader::count() {
  auto n = number();
  if (n <= in_.size()) return n;
  fail();
  return 0;
}

} // namespace troupe::storage::mvcc
