#pragma once
#include "policies/services/routes.hpp"
#include <memory>

namespace troupe::policies::services {

using route_ptr = std::shared_ptr<const route>;

/// From what a node has to what it should have. A route that changes is in both maps.
struct route_change {
  std::map<frontend, route_ptr> removed, added;
  std::vector<ipv4> hairpins_removed, hairpins_added;
  [[nodiscard]] bool empty() const noexcept {
    return removed.empty() && added.empty() && hairpins_removed.empty() && hairpins_added.empty();
  }
};

/// The routes of all services, and what of them is new since the last look. Two services may ask for the same external
/// address and port: the first by namespace and name has it. The cost of a change is that of the services it touches.
class route_table {
public:
  /// Sets the rules of one service; empty ones when it is gone.
  void replace(const api::object_key& service, service_routes next);
  /// What has changed since the last call of `take` or `take_all`.
  [[nodiscard]] route_change take();
  /// Everything, as additions to nothing.
  [[nodiscard]] route_change take_all();
  [[nodiscard]] bool changed() const noexcept { return !touched_.empty() || !touched_hairpins_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return wanted_.size(); }

private:
  using claims = std::map<api::object_key, route_ptr>;
  void drop(const api::object_key& service);
  std::map<api::object_key, service_routes> services_;
  std::map<frontend, claims> wanted_;
  std::map<ipv4, std::size_t> hairpins_; ///< how many services have it
  std::map<frontend, route_ptr> taken_;
  std::set<ipv4> taken_hairpins_;
  std::set<frontend> touched_;
  std::set<ipv4> touched_hairpins_;
};

} // namespace troupe::policies::services
