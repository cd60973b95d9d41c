#pragma once
#include "policies/scheduling/node_info.hpp"
#include <memory>
#include <unordered_map>

namespace troupe::policies::scheduling {

/// All nodes and the pods on them, changed in place by what is observed and what is assumed, so that a placement costs
/// what changed since the last one and not the size of the cluster.
///
/// Invariants: a pod is in `pods_` exactly if it is on the node that it names; `order_` holds each node with an object
/// once.
class cluster {
public:
  using nodes = std::vector<const node_info*>;

  /// Adds or replaces the node's object.
  void put_node(const api::object_ptr& node);
  /// The pods of the node stay counted until they go too.
  void erase_node(std::string_view name);
  /// Adds a pod that is bound, or assumed to be; replaces what was known of it.
  void put_pod(const pod_ptr& pod);
  /// Null if it was not there.
  pod_ptr erase_pod(const api::object_key& key);

  [[nodiscard]] const node_info* find(std::string_view name) const;
  [[nodiscard]] pod_ptr find_pod(const api::object_key& key) const;
  /// Nodes with an object; neighbours are of different zones as far as possible.
  [[nodiscard]] const nodes& order() const;
  [[nodiscard]] std::size_t size() const noexcept { return present_; }
  [[nodiscard]] const std::unordered_map<api::object_key, pod_ptr>& pods() const noexcept { return pods_; }
  /// Number of nodes that have the image.
  [[nodiscard]] std::size_t nodes_with_image(std::string_view image) const;

  /// Remembers that preemption makes room on `node` for a pod that waits.
  void nominate(const pod_ptr& pod, std::string node);
  void withdraw(const api::object_key& key);
  /// Pods of at least this priority for which room is made on the node, without the pod itself.
  [[nodiscard]] std::vector<pod_ptr> nominated_to(std::string_view node, const pod_info& beside) const;
  /// Pods of a lower priority for which room is made on the node.
  [[nodiscard]] std::vector<pod_ptr> outranked_on(std::string_view node, std::int64_t priority) const;
  [[nodiscard]] bool any_nominated() const noexcept { return !nominated_.empty(); }

private:
  node_info& node_of(const std::string& name);
  void count_images(const node_info& node, int by);
  void drop_if_unused(const std::string& name);

  std::map<std::string, std::unique_ptr<node_info>, std::less<>> nodes_;
  std::unordered_map<api::object_key, pod_ptr> pods_;
  std::map<std::string, std::size_t, std::less<>> image_nodes_;
  std::map<api::object_key, std::pair<pod_ptr, std::string>> nominated_;
  std::size_t present_ = 0;
  mutable nodes order_;
  mutable bool order_stale_ = false;
};

} // namespace troupe::policies::scheduling
