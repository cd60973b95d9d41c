#pragma once
#include <string>

namespace troupe::tools::bench {

struct idle_options {
  std::string output = "text";
  int pid = 0; ///< 0: that of the cluster in `data_dir`
  std::string data_dir;
  double seconds = 60;
};

/// `troupe bench idle`: what a running program uses while nobody asks anything of it; the exit status.
[[nodiscard]] int run_idle(const idle_options& options);

} // namespace troupe::tools::bench
