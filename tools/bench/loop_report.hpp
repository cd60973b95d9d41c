#pragma once
#include "tools/bench/closed_loop.hpp"
#include "tools/bench/report.hpp"

namespace troupe::tools::bench {

/// CPU time and memory of the server's processes over one measurement, from its construction on.
class server_processes {
public:
  explicit server_processes(const std::vector<int>& pids) : pids_(pids), before_(cpu()) {}
  /// `operations` 0: the time for one is not told.
  void report(section& to, double seconds, std::uint64_t operations = 0) const;

private:
  [[nodiscard]] double cpu() const;
  const std::vector<int>& pids_;
  double before_;
};

/// Count, rate, latencies, client CPU and errors of a closed loop.
void add_loop(section& to, const loop_result& got);

/// As many descriptors as the system allows: watches and clients may each have a connection.
void raise_file_limit();

} // namespace troupe::tools::bench
