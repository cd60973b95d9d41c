#pragma once
#include "tools/bench/link.hpp"
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace troupe::tools::bench {

struct watches_result {
  std::size_t streams = 0;
  std::chrono::nanoseconds opening{0}; ///< until the last one was confirmed
  std::uint64_t server_rss_kib = 0;    ///< with all of them open and a second of rest
  std::string fatal;
};

/// Resident memory of these processes together.
[[nodiscard]] std::uint64_t read_memory(const std::vector<int>& pids);

/// Opens watches, each of a key of its own below `prefix`, a thousand on a stream, and closes them again. Streams are
/// spread over `connections` (0: as few as carry them).
[[nodiscard]] watches_result open_watches(const dialer& to, const std::string& prefix, std::size_t watches,
                                          std::size_t connections, const std::vector<int>& pids,
                                          const std::function<void(std::uint64_t open)>& tell);

} // namespace troupe::tools::bench
