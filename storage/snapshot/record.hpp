#pragma once
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

/// Fields of payloads: little-endian integers of fixed size, text with a 32-bit length in front.
namespace troupe::storage::snapshot {

template <class T> void append_number(std::string& out, T x) {
  out.append(reinterpret_cast<const char*>(&x), sizeof x);
}
inline void append_text(std::string& out, std::string_view x) {
  append_number(out, static_cast<std::uint32_t>(x.size()));
  out.append(x);
}

/// Takes a field off the front; false if it is not all there.
template <class T> [[nodiscard]] bool take_number(std::string_view& in, T& x) {
  if (in.size() < sizeof x) return false;
  std::memcpy(&x, in.data(), sizeof x);
  in.remove_prefix(sizeof x);
  return true;
}
[[nodiscard]] inline bool take_text(std::string_view& in, std::string_view& x) {
  std::uint32_t size;
  if (!take_number(in, size) || size > in.size()) return false;
  x = in.substr(0, size);
  in.remove_prefix(size);
  return true;
}

} // namespace troupe::storage::snapshot
