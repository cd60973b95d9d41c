#include "policies/inspection/latency.hpp"
#include <cmath>

namespace troupe::policies::inspection {

std::uint64_t latency_bound(std::size_t step) noexcept {
  if (step >= latency_steps - 1) step = latency_steps - 2;
  auto base = std::uint64_t{256} << (step / 2);
  return step % 2 == 0 ? base : base + base / 2;
}

std::uint64_t percentile(const latency_counts& counts, double share) noexcept {
  std::uint64_t all = 0;
  for (auto n : counts) all += n;
  if (all == 0) return 0;
  auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(all)));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    seen += counts[i];
    if (seen >= wanted) return latency_bound(i);
  }
  return latency_bound(latency_steps - 1);
}

} // namespace troupe::policies::inspection
