#pragma once
#include <cstddef>
#include <string_view>

namespace troupe::policies::schema {

/// Spreads the field names of one type over its index. Names differ mostly in length, ends and middle.
[[nodiscard]] constexpr std::size_t field_hash(std::string_view name) noexcept {
  if (name.empty()) return 0;
  auto at = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(name[i])); };
  return name.size() * 31 + at(0) * 7 + at(name.size() - 1) * 13 + at(name.size() / 2) * 3;
}

} // namespace troupe::policies::schema
