#pragma once
#include "tools/bench/histogram.hpp"
#include "tools/bench/lane.hpp"
#include "tools/bench/load_plan.hpp"
#include "tools/bench/request_pattern.hpp"
#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace troupe::tools::bench {

struct loop_options {
  wire how = wire::h1;
  std::vector<thread_share> shares;
  load_limit limit;
  std::uint64_t first = 0;   ///< number of the first request
  std::uint64_t objects = 0; ///< the numbers go round among so many, far apart one after another; 0: each comes once
};

struct loop_result {
  histogram latencies;                   ///< of answers with 2xx
  std::map<int, std::uint64_t> statuses; ///< all answers
  std::uint64_t broken = 0;              ///< requests without an answer: they may have happened
  std::uint64_t issued = 0;
  std::chrono::nanoseconds wall{0}; ///< from the first request to the last answer
  double cpu_seconds = 0;           ///< of the client's threads
  std::string first_error;          ///< body of the first refusal, shortened
  std::string fatal;                ///< why the measurement could not go on; empty if it did
};

/// Keeps a fixed number of requests in flight: each client sends its next one when its last one is answered. Returns
/// when the limit is reached and all are answered, or the user interrupts. `tell` hears the number of answers a few
/// times a second, on the calling thread.
[[nodiscard]] loop_result run_closed_loop(const dialer& to, const request_pattern& what, const loop_options& options,
                                          const std::function<void(std::uint64_t answered)>& tell);

} // namespace troupe::tools::bench
