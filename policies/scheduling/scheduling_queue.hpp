#pragma once
#include "policies/queueing/delaying_queue.hpp"
#include "policies/scheduling/registry.hpp"
#include <set>
#include <tuple>
#include <unordered_map>

namespace troupe::policies::scheduling {

struct queue_config {
  queueing::duration backoff_min = std::chrono::seconds(1);
  queueing::duration backoff_max = std::chrono::seconds(10);
  queueing::duration unschedulable_max = std::chrono::minutes(5); ///< then a pod is tried again without an event
};

/// Pods that wait for a node, in three parts: active (higher priority first, then by the time of queueing), back-off
/// (tried not long ago: 1 s after the first attempt, twice as much after each further one, at most 10 s), and
/// unschedulable (until an event may help, five minutes at most). Pods with scheduling gates wait outside of these.
class scheduling_queue {
public:
  explicit scheduling_queue(queue_config config = {}) : config_(config) {}

  /// A pod that is new, or a new version of a pod that is known. A version that may fit better leaves "unschedulable".
  void put(const pod_ptr& pod, queueing::instant now);
  /// The pod is bound, finished or gone.
  void erase(const api::object_key& key);
  /// The next pod to try, in work from now on until `rejected`, `failed` or `erase`. Null if none is due.
  [[nodiscard]] pod_ptr take(queueing::instant now);
  /// It fits nowhere, because of these plugins.
  void rejected(const api::object_key& key, plugin_set rejectors, queueing::instant now);
  /// Something else went wrong: it is tried again after its back-off, whatever happens.
  void failed(const api::object_key& key, queueing::instant now);
  /// Moves those unschedulable pods that the event may help. Gives how many.
  std::size_t moved(const std::vector<plugin>& plugins, const cluster_event& event, queueing::instant now);

  /// When `take` is worth a call although nothing happens; empty if never.
  [[nodiscard]] std::optional<queueing::instant> next_due() const;
  /// Null if the pod does not wait here.
  [[nodiscard]] pod_ptr find(const api::object_key& key) const;
  [[nodiscard]] std::vector<api::object_key> keys() const;
  [[nodiscard]] std::size_t active() const noexcept { return active_.size(); }
  [[nodiscard]] std::size_t backing_off() const noexcept { return backoff_.size(); }
  [[nodiscard]] std::size_t unschedulable() const noexcept { return unschedulable_.size(); }
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

private:
  enum class part : std::uint8_t { gated, active, backoff, unschedulable, in_work };
  using active_key = std::tuple<std::int64_t, queueing::instant, std::uint64_t, api::object_key>;
  struct entry {
    pod_ptr pod;
    part where = part::gated;
    int attempts = 0;
    queueing::instant since{}; ///< when it was queued or last tried
    std::uint64_t order = 0;
    plugin_set rejectors = 0;
    [[nodiscard]] active_key sorted() const { return {-pod->priority, since, order, pod->key}; }
  };
  void leave(entry& e);
  void activate(entry& e);
  void retry(entry& e, queueing::instant now);
  void take_due(queueing::instant now);
  [[nodiscard]] queueing::instant backoff_end(const entry& e) const;

  queue_config config_;
  std::unordered_map<api::object_key, entry> entries_;
  std::set<active_key> active_;
  queueing::delaying_queue<api::object_key> backoff_;
  queueing::delaying_queue<api::object_key> unschedulable_;
  std::map<api::object_key, entry*> unschedulable_entries_; ///< the same pods, for events
  std::uint64_t last_order_ = 0;
};

} // namespace troupe::policies::scheduling
