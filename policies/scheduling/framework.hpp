#pragma once
#include "policies/scheduling/cluster.hpp"
#include "policies/scheduling/status.hpp"
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The extension points of the scheduling framework (kube-scheduler, scheduling framework). Queue sort is the order of
/// `scheduling_queue`, post-filter is `preemption`; reserve is the assumed pod in `cluster`, permit always agrees, and
/// bind is the scheduler actor's call of the API. The others are members of `plugin`.
namespace troupe::policies::scheduling {

inline constexpr std::int64_t score_max = 100;

/// One attempt to place one pod. Pre-filters and pre-scores leave here what their filters and scores need.
struct cycle {
  const pod_info& pod;
  const cluster& all;
  /// Set by a pre-filter: no other node can do. In order of name.
  std::optional<std::vector<std::string>> only_nodes;
  /// Image locality: number of nodes that have the image, for each of the pod's images.
  std::vector<std::int64_t> image_nodes;
};

/// Something that happened and may make a rejected pod fit.
struct cluster_event {
  enum class kind : std::uint8_t { node_added, node_updated, pod_removed };
  kind what = kind::node_added;
  const node_info* before = nullptr; ///< of an update: the node as it was, without pods
  const node_info* after = nullptr;  ///< the node as it is, with its pods; null where the node is not there
};

/// Members that a plugin does not have are null.
struct plugin {
  std::string_view name;
  /// Once per pod. `skip`: its filter need not run. A rejection holds for all nodes.
  status (*pre_filter)(cycle&) = nullptr;
  /// Whether the pod fits the node.
  status (*filter)(const cycle&, const node_info&) = nullptr;
  /// Once per pod with the nodes that fit. `skip`: its score need not run.
  status (*pre_score)(cycle&) = nullptr;
  std::int64_t (*score)(const cycle&, const node_info&) = nullptr;
  /// Brings raw scores to 0…`score_max`; null where the score is in that range already.
  void (*normalize)(std::span<std::int64_t>) = nullptr;
  std::int64_t weight = 1;
  /// Whether the event may make a pod fit that this plugin rejected.
  bool (*hint)(const pod_info&, const cluster_event&) = nullptr;
};

/// Scales scores so that the highest becomes `score_max`; `reverse`: so that the highest becomes 0.
enum class direction : std::uint8_t { straight, reverse };
inline void normalize_scores(std::span<std::int64_t> scores, direction d) {
  std::int64_t top = 0;
  for (auto s : scores)
    top = s > top ? s : top;
  for (auto& s : scores) {
    if (top != 0) s = s * score_max / top;
    if (d == direction::reverse) s = score_max - s;
  }
}

} // namespace troupe::policies::scheduling
