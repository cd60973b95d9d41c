#pragma once
#include "tools/bench/api_client.hpp"
#include "tools/bench/load_plan.hpp"
#include "tools/bench/report.hpp"
#include <cstddef>
#include <string>
#include <vector>

namespace troupe::tools::bench {

struct api_options {
  server_options server;
  std::string output = "text";
  std::string mode = "all";
  std::string name_space = "bench";
  std::size_t clients = 64, threads = 1, connections = 0;
  std::uint64_t count = 0;
  double duration_s = 0; ///< 0 with a count of 0: ten seconds
  std::size_t object_bytes = 400;
  std::size_t objects = 1000;   ///< that gets and lists are spread over
  std::size_t list_limit = 500; ///< objects a list asks for
  std::size_t watchers = 1000, writes = 100;
  bool http2 = false, watch_http1 = false, keep = false;
  std::vector<int> pids; ///< server processes whose CPU time and memory are reported
};

/// `troupe bench api`: the exit status.
[[nodiscard]] int run_api(const api_options& options);

} // namespace troupe::tools::bench
