#pragma once
#include <cstdint>
#include <string_view>

namespace troupe::policies::schema {

/// FNV-1a with 64 bits: the same in every build and on every machine. Names versions of documents; no secret rests on
/// it.
[[nodiscard]] constexpr std::uint64_t fingerprint(std::string_view text,
                                                  std::uint64_t start = 14695981039346656037ull) noexcept {
  for (char c : text)
    start = (start ^ static_cast<unsigned char>(c)) * 1099511628211ull;
  return start;
}

} // namespace troupe::policies::schema
