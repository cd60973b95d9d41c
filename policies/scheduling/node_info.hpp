#pragma once
#include "policies/scheduling/pod_info.hpp"
#include <map>

namespace troupe::policies::scheduling {

/// One node with the pods on it and the sums over them, kept up to date pod by pod. A node without an object has pods
/// but is not there (yet, or any more).
class node_info {
public:
  node_info() = default;
  explicit node_info(std::string name) : name_(std::move(name)) {}

  void set_object(const api::object_ptr& node);
  void clear_object();
  void add(const pod_ptr& pod);
  void remove(const pod_info& pod);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] const api::object_ptr& object() const noexcept { return object_; }
  [[nodiscard]] const std::string& zone() const noexcept { return zone_; } ///< region and zone labels together
  [[nodiscard]] bool unschedulable() const noexcept { return unschedulable_; }
  [[nodiscard]] const std::vector<taint>& taints() const noexcept { return taints_; }
  [[nodiscard]] const resource_amounts& allocatable() const noexcept { return allocatable_; }
  [[nodiscard]] const resource_amounts& requested() const noexcept { return requested_; }
  [[nodiscard]] const resource_amounts& scored_requested() const noexcept { return scored_requested_; }
  [[nodiscard]] const std::map<api::object_key, pod_ptr>& pods() const noexcept { return pods_; }
  [[nodiscard]] const std::map<std::string, std::int64_t, std::less<>>& images() const noexcept { return images_; }
  [[nodiscard]] bool port_taken(const host_port& p) const noexcept;

  /// Whether the node itself, without its pods, looks the same to all plugins.
  [[nodiscard]] bool offers_the_same(const node_info& o) const;

private:
  std::string name_, zone_;
  api::object_ptr object_;
  bool unschedulable_ = false;
  std::vector<taint> taints_;
  resource_amounts allocatable_, requested_, scored_requested_;
  std::map<api::object_key, pod_ptr> pods_;
  std::vector<host_port> ports_;                            ///< with one entry per pod and port
  std::map<std::string, std::int64_t, std::less<>> images_; ///< sizes in bytes
};

} // namespace troupe::policies::scheduling
