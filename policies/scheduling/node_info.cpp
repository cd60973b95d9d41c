#include "policies/scheduling/node_info.hpp"
#include <algorithm>

namespace troupe::policies::scheduling {

namespace {

std::string zone_of(const api::json::object& labels) {
  auto region = api::string_at(labels, {"topology.kubernetes.io/region"});
  auto zone = api::string_at(labels, {"topology.kubernetes.io/zone"});
  if (region.empty() && zone.empty()) return {};
  return std::string(region) + ":" + std::string(zone);
}

} // namespace

void node_info::set_object(const api::object_ptr& node) {
  object_ = node;
  zone_ = zone_of(node->labels());
  unschedulable_ = api::bool_at(node->spec(), {"unschedulable"});
  allocatable_ = resource_amounts::from_list(api::object_at(node->status(), {"allocatable"}));
  taints_.clear();
  if (auto* list = api::array_at(node->spec(), {"taints"}))
    for (auto& t : *list)
      taints_.push_back({std::string(api::string_at(t, {"key"})), std::string(api::string_at(t, {"value"})),
                         std::string(api::string_at(t, {"effect"}))});
  images_.clear();
  if (auto* list = api::array_at(node->status(), {"images"}))
    for (auto& image : *list)
      if (auto* names = api::array_at(image, {"names"}))
        for (auto& n : *names)
          if (auto* s = n.if_string()) images_[std::string(*s)] = api::int_at(image, {"sizeBytes"});
}

void node_info::clear_object() {
  object_ = nullptr;
  zone_.clear();
  taints_.clear();
  images_.clear();
  allocatable_ = {};
  unschedulable_ = false;
}

void node_info::add(const pod_ptr& pod) {
  if (!pods_.emplace(pod->key, pod).second) return;
  requested_.add(pod->requests);
  scored_requested_.add(pod->scored_requests);
  ports_.insert(ports_.end(), pod->ports.begin(), pod->ports.end());
}

void node_info::remove(const pod_info& pod) {
  auto found = pods_.find(pod.key);
  if (found == pods_.end()) return;
  auto& known = *found->second; // The sums hold what was added, not what the caller has now.
  requested_.subtract(known.requests);
  scored_requested_.subtract(known.scored_requests);
  for (auto& p : known.ports) {
    auto at = std::find_if(ports_.begin(), ports_.end(),
                           [&](auto& x) { return x.port == p.port && x.protocol == p.protocol && x.ip == p.ip; });
    if (at != ports_.end()) ports_.erase(at);
  }
  pods_.erase(found);
}

bool node_info::port_taken(const host_port& p) const noexcept {
  return std::any_of(ports_.begin(), ports_.end(), [&](auto& x) { return x.conflicts(p); });
}

bool node_info::offers_the_same(const node_info& o) const {
  return !object_ == !o.object_ && unschedulable_ == o.unschedulable_ && taints_ == o.taints_ &&
         allocatable_ == o.allocatable_ && (!object_ || object_->labels() == o.object_->labels());
}

} // namespace troupe::policies::scheduling
