#include "policies/network/steps.hpp"

namespace troupe::policies::network {

namespace {

bool leads_to(const std::set<route>& routes, const subnet& to) {
  auto at = routes.lower_bound(route{to, 0, {}, 0}); // They are in order of destination.
  return at != routes.end() && at->to == to;
}

} // namespace

std::vector<step> steps_between(const layout& present, const layout& wanted) {
  std::vector<step> out;
  auto peers = present.peers;
  auto routes = present.routes;
  bool new_device = present.device && present.device != wanted.device;
  // Routes that leave the tunnel are moved before it goes.
  auto put_routes = [&](bool through_tunnel) {
    for (auto& r : wanted.routes) {
      if ((wanted.device && r.device == wanted.device->name) != through_tunnel || routes.contains(r)) continue;
      out.emplace_back(put_route{r});
    }
  };
  put_routes(false);
  for (auto& r : present.routes)
    if (!leads_to(wanted.routes, r.to)) out.emplace_back(remove_route{r});
  if (new_device) {
    out.emplace_back(remove_device{present.device->name});
    peers.clear();
    std::erase_if(routes, [&](auto& r) { return r.device == present.device->name; });
  }
  if (wanted.device && present.device != wanted.device) out.emplace_back(make_device{*wanted.device});
  for (auto& p : peers)
    if (!wanted.peers.contains(p)) out.emplace_back(remove_peer{p});
  for (auto& p : wanted.peers)
    if (!peers.contains(p)) out.emplace_back(add_peer{p});
  put_routes(true);
  return out;
}

} // namespace troupe::policies::network
