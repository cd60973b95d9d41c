#include "policies/controllers/pods.hpp"
#include "policies/controllers/condition.hpp"
#include <algorithm>
#include <charconv>
#include <cmath>

namespace troupe::policies::controllers {

namespace {

using api::array_at, api::int_at, api::string_at;

/// Everything that decides about the order, computed once a pod.
struct candidate {
  api::object_ptr pod;
  bool assigned = false;
  int phase = 0;
  bool ready = false;
  std::int64_t cost = 0;
  int related = 0;
  std::optional<api::time_point> ready_time;
  std::int64_t restarts = 0;
  std::optional<api::time_point> created;
};

std::int64_t deletion_cost(const api::object& pod) {
  auto text = string_at(pod.annotations(), {"controller.kubernetes.io/pod-deletion-cost"});
  std::int32_t cost = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), cost);
  return error == std::errc{} && end == text.data() + text.size() ? cost : 0;
}

std::int64_t most_restarts(const api::object& pod) {
  std::int64_t most = 0;
  if (auto* statuses = array_at(pod.status(), {"containerStatuses"}))
    for (auto& s : *statuses) most = std::max(most, int_at(s, {"restartCount"}));
  return most;
}

candidate weigh(api::object_ptr pod, const std::map<std::string, int>& related_per_node) {
  candidate c;
  auto node = string_at(pod->spec(), {"nodeName"});
  auto phase = string_at(pod->status(), {"phase"});
  c.assigned = !node.empty();
  c.phase = phase == "Running" ? 2 : phase == "Unknown" ? 1 : 0;
  c.ready = is_ready(*pod);
  c.cost = deletion_cost(*pod);
  auto related = related_per_node.find(std::string(node));
  c.related = related == related_per_node.end() ? 0 : related->second;
  if (c.ready) c.ready_time = ready_since(*pod);
  c.restarts = most_restarts(*pod);
  c.created = api::parse_time(string_at(pod->metadata(), {"creationTimestamp"}));
  c.pod = std::move(pod);
  return c;
}

/// Power of two of an age; -1 for the future.
int magnitude(api::time_point since, api::time_point now) {
  auto age = std::chrono::duration_cast<std::chrono::nanoseconds>(now - since).count();
  return age > 0 ? static_cast<int>(std::log2(static_cast<double>(age))) : -1;
}

/// -1 if `a` goes first: a time that is unset, or the later magnitude; equal magnitudes are decided by uid.
int by_age(const std::optional<api::time_point>& a, const std::optional<api::time_point>& b, const candidate& x,
           const candidate& y, api::time_point now) {
  if (a == b) return 0;
  if (!a || !b) return !a ? -1 : 1;
  auto difference = magnitude(*a, now) - magnitude(*b, now);
  if (difference == 0) difference = x.pod->uid().compare(y.pod->uid());
  return difference;
}

bool goes_first(const candidate& x, const candidate& y, api::time_point now) {
  if (x.assigned != y.assigned) return !x.assigned;
  if (x.phase != y.phase) return x.phase < y.phase;
  if (x.ready != y.ready) return !x.ready;
  if (x.cost != y.cost) return x.cost < y.cost;
  if (x.related != y.related) return x.related > y.related;
  if (auto order = by_age(x.ready_time, y.ready_time, x, y, now)) return order < 0;
  if (x.restarts != y.restarts) return x.restarts > y.restarts;
  if (auto order = by_age(x.created, y.created, x, y, now)) return order < 0;
  return x.pod->key() < y.pod->key();
}

} // namespace

bool is_finished(const api::object& pod) noexcept {
  auto phase = string_at(pod.status(), {"phase"});
  return phase == "Succeeded" || phase == "Failed";
}

bool is_active(const api::object& pod) noexcept { return !is_finished(pod) && !pod.deleting(); }

bool is_ready(const api::object& pod) noexcept {
  auto* c = condition(pod.status(), "Ready");
  return c && string_at(*c, {"status"}) == "True";
}

std::optional<api::time_point> ready_since(const api::object& pod) noexcept {
  auto* c = condition(pod.status(), "Ready");
  return c ? api::parse_time(string_at(*c, {"lastTransitionTime"})) : std::nullopt;
}

bool is_available(const api::object& pod, std::int64_t min_ready_seconds, api::time_point now) noexcept {
  if (!is_ready(pod)) return false;
  if (min_ready_seconds == 0) return true;
  auto since = ready_since(pod);
  return since && *since + std::chrono::seconds(min_ready_seconds) <= now;
}

void sort_for_deletion(std::vector<api::object_ptr>& pods, const std::map<std::string, int>& related_per_node,
                       api::time_point now) {
  std::vector<candidate> candidates;
  candidates.reserve(pods.size());
  for (auto& pod : pods) candidates.push_back(weigh(pod, related_per_node));
  std::ranges::stable_sort(candidates, [now](auto& x, auto& y) { return goes_first(x, y, now); });
  for (std::size_t i = 0; i < pods.size(); ++i) pods[i] = std::move(candidates[i].pod);
}

} // namespace troupe::policies::controllers
