#pragma once
#include "policies/api/time.hpp"
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace troupe::policies::strategy {

/// 64 uniform random bits per call. The caller injects a seeded generator, so that a run can be replayed.
using random_source = std::function<std::uint64_t()>;

/// What a write may draw on besides its documents.
struct context {
  api::time_point now;
  const random_source& random;
};

/// `size` characters of the alphabet of generated names, which has no vowels and no look-alikes.
[[nodiscard]] std::string random_suffix(const random_source& random, std::size_t size = 5);
/// `base`, cut to 58 characters, with a suffix of 5 random ones (API conventions, generateName).
[[nodiscard]] std::string generate_name(std::string_view base, const random_source& random);
/// RFC 4122 version 4 UUID in lower case.
[[nodiscard]] std::string random_uuid(const random_source& random);

} // namespace troupe::policies::strategy
