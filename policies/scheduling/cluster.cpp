#include "policies/scheduling/cluster.hpp"

namespace troupe::policies::scheduling {

node_info& cluster::node_of(const std::string& name) {
  auto& slot = nodes_[name];
  if (!slot) slot = std::make_unique<node_info>(name);
  return *slot;
}

void cluster::count_images(const node_info& node, int by) {
  for (auto& [image, size] : node.images()) {
    auto& count = image_nodes_[image];
    if (by > 0)
      ++count;
    else if (--count == 0)
      image_nodes_.erase(image);
  }
}

void cluster::drop_if_unused(const std::string& name) {
  auto found = nodes_.find(name);
  if (found == nodes_.end() || found->second->object() || !found->second->pods().empty()) return;
  nodes_.erase(found);
}

void cluster::put_node(const api::object_ptr& node) {
  auto& n = node_of(std::string(node->name()));
  bool was = n.object() != nullptr;
  auto zone = n.zone();
  if (was) count_images(n, -1);
  n.set_object(node);
  count_images(n, 1);
  present_ += !was;
  order_stale_ |= !was || zone != n.zone();
}

void cluster::erase_node(std::string_view name) {
  auto found = nodes_.find(name);
  if (found == nodes_.end() || !found->second->object()) return;
  count_images(*found->second, -1);
  found->second->clear_object();
  --present_;
  order_stale_ = true;
  drop_if_unused(std::string(name));
}

void cluster::put_pod(const pod_ptr& pod) {
  auto& known = pods_[pod->key];
  if (known) {
    node_of(known->node_name).remove(*known);
    if (known->node_name != pod->node_name) drop_if_unused(known->node_name);
  }
  known = pod;
  node_of(pod->node_name).add(pod);
}

pod_ptr cluster::erase_pod(const api::object_key& key) {
  auto found = pods_.find(key);
  if (found == pods_.end()) return nullptr;
  auto pod = std::move(found->second);
  pods_.erase(found);
  node_of(pod->node_name).remove(*pod);
  drop_if_unused(pod->node_name);
  return pod;
}

const node_info* cluster::find(std::string_view name) const {
  auto found = nodes_.find(name);
  return found == nodes_.end() || !found->second->object() ? nullptr : found->second.get();
}

pod_ptr cluster::find_pod(const api::object_key& key) const {
  auto found = pods_.find(key);
  return found == pods_.end() ? nullptr : found->second;
}

const cluster::nodes& cluster::order() const {
  if (!order_stale_) return order_;
  std::map<std::string_view, nodes> zones;
  for (auto& [name, node] : nodes_)
    if (node->object()) zones[node->zone()].push_back(node.get());
  order_.clear();
  for (std::size_t i = 0; order_.size() < present_; ++i)
    for (auto& [zone, list] : zones)
      if (i < list.size()) order_.push_back(list[i]);
  order_stale_ = false;
  return order_;
}

std::size_t cluster::nodes_with_image(std::string_view image) const {
  auto found = image_nodes_.find(image);
  return found == image_nodes_.end() ? 0 : found->second;
}

void cluster::nominate(const pod_ptr& pod, std::string node) { nominated_[pod->key] = {pod, std::move(node)}; }

void cluster::withdraw(const api::object_key& key) { nominated_.erase(key); }

std::vector<pod_ptr> cluster::nominated_to(std::string_view node, const pod_info& beside) const {
  std::vector<pod_ptr> out;
  for (auto& [key, entry] : nominated_)
    if (entry.second == node && entry.first->priority >= beside.priority && key != beside.key)
      out.push_back(entry.first);
  return out;
}

std::vector<pod_ptr> cluster::outranked_on(std::string_view node, std::int64_t priority) const {
  std::vector<pod_ptr> out;
  for (auto& [key, entry] : nominated_)
    if (entry.second == node && entry.first->priority < priority) out.push_back(entry.first);
  return out;
}

} // namespace troupe::policies::scheduling
