#pragma once
#include <cstddef>
#include <string>

namespace troupe::tools::bench {

struct startup_options {
  std::string output = "text";
  std::string runtime; ///< empty: embedded for root, else hollow
  std::string data_root;
  std::size_t runs = 10;
  bool sample = false;       ///< also until a deployment is ready and its service answers
  std::string image_archive; ///< with `sample`: what tools/sample/make-image made
};

/// `troupe bench startup`: how long a cluster of its own takes to start; the exit status.
[[nodiscard]] int run_startup(const startup_options& options);

} // namespace troupe::tools::bench
