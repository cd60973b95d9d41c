#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::tools::bench {

enum class wire { h1, h2 };

/// When a closed loop ends: after so many operations or so much time, whichever is first.
struct load_limit {
  std::uint64_t count = 0;               ///< 0: no limit
  std::chrono::milliseconds duration{0}; ///< 0: no limit
};

/// Connections of one thread, and requests in flight on each.
struct thread_share {
  std::vector<std::size_t> streams; ///< one entry a connection
};

/// Spreads `clients` requests in flight over `threads`, as evenly as it goes. With HTTP/1.1 each has a connection of
/// its own; with HTTP/2 they share `connections` (at least one a thread; 0: as few as possible), at most `streams_max`
/// on each.
[[nodiscard]] std::vector<thread_share> spread(std::size_t clients, std::size_t threads, wire how,
                                               std::size_t connections, std::size_t streams_max);

/// `total` in `parts` pieces that differ by one at most; no piece is empty, so that there may be fewer.
[[nodiscard]] std::vector<std::size_t> split(std::size_t total, std::size_t parts);

enum class api_mode { create, get, list, watch };
/// "all" or one mode; nothing for another word.
[[nodiscard]] std::optional<std::vector<api_mode>> parse_modes(std::string_view text);
[[nodiscard]] std::string_view name_of(api_mode mode) noexcept;

/// A short text from a clock and a process, in base 36, by which runs tell their objects apart.
[[nodiscard]] std::string run_name(std::uint64_t clock_ms, std::uint64_t process);

} // namespace troupe::tools::bench
