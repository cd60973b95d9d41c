#include "net/dns/client_budget.hpp"

namespace troupe::net::dns {

bool client_budget::take(std::uint32_t client) {
  auto found = taken_.find(client);
  if (found == taken_.end()) {
    if (each_ == 0) return false;
    taken_.emplace(client, 1);
    return true;
  }
  if (found->second >= each_) return false;
  ++found->second;
  return true;
}

void client_budget::give(std::uint32_t client) {
  auto found = taken_.find(client);
  if (found != taken_.end() && --found->second == 0) taken_.erase(found);
}

} // namespace troupe::net::dns
