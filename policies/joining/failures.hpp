#pragma once
#include "policies/queueing/token_bucket.hpp"
#include <cstddef>
#include <map>
#include <string>

namespace troupe::policies::joining {

/// Slows down those who guess: counts failed joins by address, and all of them together, since addresses may be many.
/// A secret has 128 bits, so this guards the cluster's time and logs, not the secret.
class failure_limit {
public:
  /// Whether this address may try now.
  [[nodiscard]] bool may_try(const std::string& address, queueing::instant now);
  void failed(const std::string& address, queueing::instant now);

private:
  static constexpr double each_per_second = 0.2, each_burst = 10, all_per_second = 5, all_burst = 100;
  static constexpr std::size_t addresses_max = 1024;
  std::map<std::string, queueing::token_bucket> each_;
  queueing::token_bucket all_{all_per_second, all_burst};
};

} // namespace troupe::policies::joining
