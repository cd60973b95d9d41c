#pragma once
#include "policies/api/object_table.hpp"
#include "policies/controllers/plan.hpp"
#include <map>
#include <string>

namespace troupe::policies::controllers {

struct pod_gc_config {
  std::size_t terminated_pods_max = 12500;                ///< 0: no limit
  api::duration quarantine = std::chrono::seconds(40);    ///< before pods of a missing node count as lost
  api::duration period = std::chrono::seconds(20);
};

/// Since when nodes are missing that pods are bound to.
using missing_nodes = std::map<std::string, api::time_point, std::less<>>;

struct pod_gc_view {
  const api::object_table& pods;
  const api::object_table& nodes;
  pod_gc_config config{};
};

/// The missing nodes now. Keep them and give them back the next time.
[[nodiscard]] missing_nodes observe_missing(const pod_gc_view& view, const missing_nodes& before, api::time_point now);

/// Deletes, for the whole cluster: the oldest finished pods over the limit; pods of nodes that have been missing for
/// the quarantine time; pods that are being deleted and were never bound to a node. All without grace.
[[nodiscard]] plan plan_pod_gc(const pod_gc_view& view, const missing_nodes& missing, api::time_point now);

} // namespace troupe::policies::controllers
