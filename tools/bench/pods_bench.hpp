#pragma once
#include "tools/bench/api_client.hpp"
#include <cstddef>
#include <string>

namespace troupe::tools::bench {

struct pods_options {
  server_options server;
  std::string output = "text";
  std::string name_space = "bench-pods";
  std::string image = "docker.io/library/troupe-sample:1";
  std::size_t count = 100, parallel = 1;
  double timeout_s = 60; ///< for one pod
  int grace_s = 1;
  bool keep = false;
};

/// `troupe bench pods`: pods created, ready, deleted; the exit status.
[[nodiscard]] int run_pods(const pods_options& options);

} // namespace troupe::tools::bench
