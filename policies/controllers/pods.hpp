#pragma once
#include "policies/api/object.hpp"
#include "policies/api/object_table.hpp"
#include "policies/api/time.hpp"
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace troupe::policies::controllers {

/// Neither finished nor being deleted.
[[nodiscard]] bool is_active(const api::object& pod) noexcept;
/// The Ready condition is True.
[[nodiscard]] bool is_ready(const api::object& pod) noexcept;
/// When the Ready condition changed last; empty if it was never written.
[[nodiscard]] std::optional<api::time_point> ready_since(const api::object& pod) noexcept;
/// Ready for at least `min_ready_seconds`.
[[nodiscard]] bool is_available(const api::object& pod, std::int64_t min_ready_seconds, api::time_point now) noexcept;
/// Succeeded or Failed.
[[nodiscard]] bool is_finished(const api::object& pod) noexcept;

/// Sorts pods so that those come first which a controller should delete first (Kubernetes' ActivePodsWithRanks):
/// not assigned, pending, not ready, low deletion cost, many related pods on the same node, ready for a short time,
/// many restarts, young. Ages count by powers of two; equal ones are decided by uid. `related_per_node` counts the
/// active pods of related controllers on each node.
void sort_for_deletion(std::vector<api::object_ptr>& pods, const std::map<std::string, int>& related_per_node,
                       api::time_point now);

/// The objects of one namespace, without copying handles.
template <class Visit> void for_each_in(const api::object_table& table, const std::string& ns, Visit visit) {
  auto& all = table.all();
  for (auto at = all.lower_bound({ns, ""}); at != all.end() && at->first.ns == ns; ++at) visit(at->second);
}

} // namespace troupe::policies::controllers
