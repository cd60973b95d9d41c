#pragma once
#include "policies/api/object.hpp"
#include "policies/controllers/plan.hpp"
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::policies::controllers {

inline constexpr std::string_view revision_annotation = "deployment.kubernetes.io/revision";
inline constexpr std::string_view revision_history_annotation = "deployment.kubernetes.io/revision-history";
inline constexpr std::string_view desired_replicas_annotation = "deployment.kubernetes.io/desired-replicas";
inline constexpr std::string_view max_replicas_annotation = "deployment.kubernetes.io/max-replicas";

/// One ReplicaSet of a deployment while a plan is made: as it is, and as it shall be.
struct rollout_set {
  api::object_ptr object;      ///< null for one that is to be created
  json::object body;           ///< as it shall be, but for the size
  std::int64_t replicas = 0;   ///< the size that it shall have
  std::int64_t before = 0;     ///< the size that it has
  std::int64_t actual = 0;     ///< `status.replicas`
  std::int64_t ready = 0;
  std::int64_t available = 0;
  bool changed = false;        ///< `body` differs from `object`
  bool observed = true;        ///< the status has seen the size

  [[nodiscard]] std::string_view name() const { return api::string_at(body, {"metadata", "name"}); }
  [[nodiscard]] std::string_view annotation(std::string_view key) const {
    return api::string_at(body, {"metadata", "annotations", key});
  }
  [[nodiscard]] std::int64_t revision() const;
  void annotate(std::string_view key, std::string value);
};

/// A deployment while a plan is made. `sets` are ordered by time of creation, oldest first.
struct deployment_state {
  api::object_ptr deployment;
  api::time_point now;
  json::object status;            ///< as it shall be
  std::string revision;           ///< value of the revision annotation, as it shall be
  std::int64_t replicas = 0;      ///< wanted
  std::int64_t max_surge = 0;     ///< 0 unless rolling
  std::int64_t max_unavailable = 0;
  bool rolling = true;
  bool paused = false;
  std::vector<rollout_set> sets;
  std::optional<std::size_t> newest; ///< index of the set with the present template

  [[nodiscard]] rollout_set* new_set() { return newest ? &sets[*newest] : nullptr; }
  /// All but the new one, oldest first.
  [[nodiscard]] std::vector<rollout_set*> old_sets();
  /// Sets whose size is not zero.
  [[nodiscard]] std::vector<rollout_set*> active_sets();
  [[nodiscard]] std::int64_t total_replicas() const;
  [[nodiscard]] std::int64_t total_available() const;
  /// Seconds; empty if the deployment has no progress deadline.
  [[nodiscard]] std::optional<std::int64_t> progress_deadline_seconds() const;
};

/// Reads the deployment and the ReplicaSets that belong to it.
[[nodiscard]] deployment_state read_deployment(api::object_ptr deployment, std::vector<api::object_ptr> replica_sets,
                                               api::time_point now);

/// A number, or a share of `total` ("25%"), which is rounded up or down.
enum class rounding { up, down };
[[nodiscard]] std::int64_t number_or_share(const json::value* value, std::int64_t total, rounding how);

} // namespace troupe::policies::controllers
