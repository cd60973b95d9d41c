#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace troupe::tools::bench {

struct etcd_options {
  std::string endpoint = "127.0.0.1:2379";
  std::string ca, certificate, key; ///< files; a CA means TLS
  std::string output = "text";
  std::string mode = "all"; ///< put, get or watch
  std::size_t clients = 64, threads = 1, connections = 0;
  std::uint64_t count = 0;
  double duration_s = 0; ///< 0 with a count of 0: ten seconds
  std::size_t value_bytes = 256;
  std::uint64_t keys = 10'000; ///< that puts and gets go round
  std::size_t watchers = 100'000;
  bool serializable = false, keep = false;
  std::vector<int> pids; ///< server processes whose CPU time and memory are reported
};

/// `troupe bench etcd`: the exit status.
[[nodiscard]] int run_etcd(const etcd_options& options);

} // namespace troupe::tools::bench
