#pragma once
#include "actors/mirror/interface.hpp"
#include "policies/authorization/node_graph.hpp"
#include <set>
#include <vector>

namespace troupe::actors::apiserver {

/// A worker's copy of the graph by which nodes are authorized, kept by mirrors. A mirror tells the workers of a pod
/// before it tells the pod's node, so that a node's question about its own pod never comes too early.
struct reference_view {
  /// The types whose mirrors feed it.
  [[nodiscard]] static const std::vector<api::group_resource>& types();
  [[nodiscard]] static bool takes(const api::group_resource& type);
  void apply(const mirror::update& update);
  /// Every type has been brought once; before, nodes are denied what their pods use.
  [[nodiscard]] bool complete() const { return known.size() == types().size(); }

  policies::authorization::node_graph graph;
  std::set<api::group_resource> known;
};

} // namespace troupe::actors::apiserver
