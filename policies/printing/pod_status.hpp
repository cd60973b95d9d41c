#pragma once
#include "policies/api/json.hpp"
#include "policies/api/time.hpp"
#include <cstdint>
#include <string>

namespace troupe::policies::printing {

/// A pod in one line, as `kubectl get` shows it.
struct pod_status {
  std::int64_t ready = 0;    ///< containers and restartable init containers that are ready
  std::int64_t total = 0;
  std::string word;          ///< "Running", "CrashLoopBackOff", "Init:0/1", …
  std::string restarts;      ///< "3", or "3 (5m ago)"
};

[[nodiscard]] pod_status summarize_pod(const boost::json::object& pod, api::time_point now);

} // namespace troupe::policies::printing
