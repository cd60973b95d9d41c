#pragma once
#include "policies/api/object.hpp"
#include "policies/api/selector.hpp"
#include "policies/scheduling/resource_amounts.hpp"
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe::policies::scheduling {

/// A taint of a node or a toleration of a pod (core/v1).
struct taint {
  std::string key, value, effect;
  bool operator==(const taint&) const = default;
};
struct toleration {
  std::string key, value, effect;
  bool exists = false; ///< operator Exists: any value
  [[nodiscard]] bool tolerates(const taint& t) const noexcept;
};

/// A port of the node that a container takes. The empty address is "0.0.0.0", which means all of them.
struct host_port {
  std::string ip, protocol;
  std::int64_t port = 0;
  [[nodiscard]] bool conflicts(const host_port& o) const noexcept;
};

/// One term of a node selector: all of its requirements must hold. A term that is empty or does not parse matches
/// nothing.
struct node_term {
  struct field {
    bool negated = false; ///< NotIn
    std::vector<std::string> names;
  };
  api::label_selector labels;
  std::vector<field> fields; ///< on metadata.name, the only field that there is
  bool never = false;
  std::int64_t weight = 0; ///< of a preferred term
  [[nodiscard]] bool matches(std::string_view node_name, const api::json::object& node_labels) const;
};

/// What the scheduler needs of a pod, read once from its object, then used for every node.
struct pod_info {
  api::object_ptr object;
  api::object_key key;
  std::string uid;
  std::string node_name;      ///< where it is bound; empty for a pod that waits
  std::string nominated_node; ///< where preemption makes room for it
  std::int64_t priority = 0;
  bool preempts = true; ///< preemptionPolicy is not Never
  bool deleting = false;
  std::vector<std::string> scheduling_gates;
  resource_amounts requests;
  resource_amounts scored_requests; ///< cpu and memory with the defaults of scoring
  std::vector<host_port> ports;
  std::vector<toleration> tolerations;
  std::optional<api::label_selector> node_selector;
  std::optional<std::vector<node_term>> required; ///< one of the terms must match
  std::vector<node_term> preferred;
  std::vector<std::string> images; ///< of all containers, with a tag

  /// A copy that is bound to `node`: what the scheduler assumes until it sees the binding.
  [[nodiscard]] std::shared_ptr<const pod_info> bound_to(std::string node) const;
};
using pod_ptr = std::shared_ptr<const pod_info>;

[[nodiscard]] pod_ptr make_pod_info(const api::object_ptr& pod);
/// The name under which nodes report an image: ":latest" is added where there is no tag and no digest.
[[nodiscard]] std::string image_name(std::string_view image);
/// Whether two versions of a pod that waits differ in anything that decides where it may run.
[[nodiscard]] bool needs_new_attempt(const pod_info& before, const pod_info& after);

} // namespace troupe::policies::scheduling
