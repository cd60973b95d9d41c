#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::net::http {

/// The gzip form of `text` at the fastest level, as Kubernetes compresses its answers; nothing if out of memory.
[[nodiscard]] std::optional<std::string> gzip(std::string_view text);
/// The reverse; nothing if malformed or larger than `bytes_max`.
[[nodiscard]] std::optional<std::string> gunzip(std::string_view packed, std::size_t bytes_max);

} // namespace troupe::net::http
