#pragma once
#include "policies/scheduling/diagnosis.hpp"
#include <random>
#include <tl/expected.hpp>

namespace troupe::policies::scheduling {

/// Where a pod goes.
struct placement {
  std::string node;
  std::size_t evaluated = 0; ///< nodes that were looked at
  std::size_t feasible = 0;  ///< nodes that fit
};

struct algorithm_config {
  /// Share of nodes, in percent, after which the search for nodes that fit stops; 0 adapts to the cluster's size:
  /// 50 less one per 125 nodes, at least 5. At least 100 nodes are always looked for.
  std::size_t percentage_of_nodes_to_score = 0;
};

/// How many nodes that fit are enough in a cluster of `nodes`.
[[nodiscard]] std::size_t enough_nodes(std::size_t nodes, const algorithm_config& config) noexcept;

/// Runs the plugins: filters nodes, beginning after the last one that the placement before looked at, until enough fit,
/// scores those and takes the best one. Equal scores are decided by `chance`.
class algorithm {
public:
  explicit algorithm(std::vector<plugin> plugins, algorithm_config config = {})
      : plugins_(std::move(plugins)), config_(config) {}

  [[nodiscard]] tl::expected<placement, diagnosis> place(const pod_info& pod, const cluster& all,
                                                         std::mt19937_64& chance);

  /// Runs the filters for one node. `rejector`: the plugin that said no.
  [[nodiscard]] status filter(const cycle& c, const node_info& node, plugin_set skipped, std::size_t* rejector) const;
  /// The same, also with the pods of at least the same priority on the node for which preemption makes room there.
  [[nodiscard]] status filter_with_nominated(const cycle& c, const node_info& node, plugin_set skipped,
                                             std::size_t* rejector) const;
  [[nodiscard]] const std::vector<plugin>& plugins() const noexcept { return plugins_; }

private:
  [[nodiscard]] bool pre_filter(cycle& c, diagnosis& d) const;
  /// True if the node fits; otherwise the reason goes to the diagnosis.
  [[nodiscard]] bool fits(const cycle& c, const node_info& node, diagnosis& d) const;
  void search(const cycle& c, diagnosis& d);
  [[nodiscard]] const node_info* best(cycle& c, std::mt19937_64& chance);

  std::vector<plugin> plugins_;
  algorithm_config config_;
  std::size_t next_start_ = 0;
  // Kept between placements so that they need no allocation.
  std::vector<const node_info*> feasible_;
  std::vector<std::int64_t> totals_, scores_;
};

} // namespace troupe::policies::scheduling
