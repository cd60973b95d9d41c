#include "policies/joining/failures.hpp"

namespace troupe::policies::joining {

bool failure_limit::may_try(const std::string& address, queueing::instant now) {
  auto one = each_.find(address);
  return all_.available(now) >= 1 && (one == each_.end() || one->second.available(now) >= 1);
}

void failure_limit::failed(const std::string& address, queueing::instant now) {
  if (each_.size() >= addresses_max)
    std::erase_if(each_, [&](auto& e) { return e.second.available(now) >= each_burst; });
  // With more guessers than are worth remembering the common bound holds alone.
  if (each_.size() < addresses_max || each_.contains(address))
    (void)each_.try_emplace(address, each_per_second, each_burst).first->second.try_take(now);
  (void)all_.try_take(now);
}

} // namespace troupe::policies::joining
