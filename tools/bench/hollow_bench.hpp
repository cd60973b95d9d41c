#pragma once
#include <cstddef>
#include <cstdint>
#include <string>

namespace troupe::tools::bench {

struct hollow_options {
  std::string output = "text";
  std::uint32_t nodes = 1000;
  std::size_t pods = 10'000, deployments = 100, clients = 64;
  std::string image = "docker.io/library/app:1";
  std::string data_root;
  bool bare = false; ///< pods themselves instead of deployments
  double timeout_s = 300;
};

/// `troupe bench hollow`: a cluster of its own with simulated nodes, filled with pods; the exit status.
[[nodiscard]] int run_hollow(const hollow_options& options);

} // namespace troupe::tools::bench
