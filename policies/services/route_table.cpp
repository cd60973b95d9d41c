#include "policies/services/route_table.hpp"

namespace troupe::policies::services {

void route_table::drop(const api::object_key& service) {
  auto old = services_.find(service);
  if (old == services_.end()) return;
  for (auto& [front, unused] : old->second.routes) {
    auto at = wanted_.find(front);
    at->second.erase(service);
    if (at->second.empty()) wanted_.erase(at);
    touched_.insert(front);
  }
  for (auto address : old->second.hairpins) {
    if (auto at = hairpins_.find(address); --at->second == 0) hairpins_.erase(at);
    touched_hairpins_.insert(address);
  }
  services_.erase(old);
}

void route_table::replace(const api::object_key& service, service_routes next) {
  drop(service);
  if (next.routes.empty()) return;
  for (auto& [front, r] : next.routes) {
    wanted_[front][service] = std::make_shared<const route>(r);
    touched_.insert(front);
  }
  for (auto address : next.hairpins) {
    ++hairpins_[address];
    touched_hairpins_.insert(address);
  }
  services_.emplace(service, std::move(next));
}

route_change route_table::take() {
  route_change out;
  for (auto& front : touched_) {
    auto had = taken_.find(front);
    auto want = wanted_.find(front);
    bool has = had != taken_.end(), wants = want != wanted_.end();
    if (has && wants && *had->second == *want->second.begin()->second) continue;
    if (has) {
      out.removed.emplace(front, had->second);
      taken_.erase(had);
    }
    if (wants) {
      auto& r = want->second.begin()->second;
      out.added.emplace(front, r);
      taken_[front] = r;
    }
  }
  for (auto address : touched_hairpins_) {
    bool wants = hairpins_.contains(address);
    if (wants == taken_hairpins_.contains(address)) continue;
    if (wants) {
      taken_hairpins_.insert(address);
      out.hairpins_added.push_back(address);
    } else {
      taken_hairpins_.erase(address);
      out.hairpins_removed.push_back(address);
    }
  }
  touched_.clear();
  touched_hairpins_.clear();
  return out;
}

route_change route_table::take_all() {
  taken_.clear();
  taken_hairpins_.clear();
  for (auto& [front, unused] : wanted_) touched_.insert(front);
  for (auto& [address, unused] : hairpins_) touched_hairpins_.insert(address);
  return take();
}

} // namespace troupe::policies::services
