#pragma once
#include "tools/bench/histogram.hpp"
#include "tools/bench/lane.hpp"
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::tools::bench {

struct watch_options {
  wire how = wire::h2;
  std::vector<std::size_t> streams; ///< watches on each connection
  std::uint64_t writes = 100;
  std::uint64_t first = 0; ///< number of the first written object
};

struct watch_result {
  histogram seen;                      ///< from sending a write to a watcher having read its event: all pairs
  histogram last;                      ///< the same to the last watcher: one value a write
  histogram written;                   ///< from sending a write to its answer
  std::chrono::nanoseconds opening{0}; ///< until all watches were synced
  double cpu_seconds = 0;
  std::string fatal; ///< why the measurement could not go on; empty if it did
};

/// Opens all watches with `watch`, waits until each has its head and what was there before, then sends `write` again
/// and again, each time when all watchers have read the event of the last one. Events are recognized by
/// `name_of(number)`, which stands in the written object. One thread. `tell` hears what is going on, for a person.
[[nodiscard]] watch_result run_watch_loop(const dialer& watchers, const dialer& writer, const request_pattern& watch,
                                          const request_pattern& write, numbered_text name,
                                          const watch_options& options,
                                          const std::function<void(std::string_view)>& tell);

} // namespace troupe::tools::bench
