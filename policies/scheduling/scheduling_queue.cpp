#include "policies/scheduling/scheduling_queue.hpp"
#include <algorithm>

namespace troupe::policies::scheduling {

void scheduling_queue::leave(entry& e) {
  if (e.where == part::active)
    active_.erase(e.sorted());
  else if (e.where == part::backoff)
    backoff_.erase(e.pod->key);
  else if (e.where == part::unschedulable) {
    unschedulable_.erase(e.pod->key);
    unschedulable_entries_.erase(e.pod->key);
  }
}

void scheduling_queue::activate(entry& e) {
  leave(e);
  e.where = part::active;
  e.order = ++last_order_;
  active_.insert(e.sorted());
}

queueing::instant scheduling_queue::backoff_end(const entry& e) const {
  auto delay = config_.backoff_min;
  for (int i = 1; i < e.attempts && delay < config_.backoff_max; ++i)
    delay *= 2;
  return e.since + std::min(delay, config_.backoff_max);
}

void scheduling_queue::retry(entry& e, queueing::instant now) {
  auto end = backoff_end(e);
  if (e.attempts == 0 || end <= now) return activate(e);
  leave(e);
  e.where = part::backoff;
  backoff_.add(e.pod->key, end);
}

void scheduling_queue::put(const pod_ptr& pod, queueing::instant now) {
  auto [at, added] = entries_.try_emplace(pod->key);
  auto& e = at->second;
  if (added || e.pod->uid != pod->uid) {
    if (!added) leave(e);
    e = entry{pod, part::gated, 0, now, 0, 0};
    if (pod->scheduling_gates.empty()) activate(e);
    return;
  }
  bool better = needs_new_attempt(*e.pod, *pod);
  bool active = e.where == part::active;
  if (active) active_.erase(e.sorted()); // The priority is part of the order.
  e.pod = pod;
  if (active) active_.insert(e.sorted());
  if (e.where == part::gated && pod->scheduling_gates.empty()) {
    e.since = now;
    activate(e);
  } else if (e.where == part::unschedulable && better) {
    retry(e, now);
  }
}

void scheduling_queue::erase(const api::object_key& key) {
  auto found = entries_.find(key);
  if (found == entries_.end()) return;
  leave(found->second);
  entries_.erase(found);
}

void scheduling_queue::take_due(queueing::instant now) {
  for (auto& key : backoff_.take_due(now))
    activate(entries_.at(key));
  for (auto& key : unschedulable_.take_due(now))
    retry(entries_.at(key), now);
}

pod_ptr scheduling_queue::take(queueing::instant now) {
  take_due(now);
  if (active_.empty()) return nullptr;
  auto& e = entries_.at(std::get<api::object_key>(*active_.begin()));
  leave(e);
  e.where = part::in_work;
  ++e.attempts;
  return e.pod;
}

void scheduling_queue::rejected(const api::object_key& key, plugin_set rejectors, queueing::instant now) {
  auto found = entries_.find(key);
  if (found == entries_.end()) return;
  auto& e = found->second;
  leave(e);
  e.where = part::unschedulable;
  e.rejectors = rejectors;
  e.since = now;
  unschedulable_.add(key, now + config_.unschedulable_max);
  unschedulable_entries_.emplace(key, &e);
}

void scheduling_queue::failed(const api::object_key& key, queueing::instant now) {
  auto found = entries_.find(key);
  if (found == entries_.end()) return;
  auto& e = found->second;
  leave(e);
  e.since = now;
  e.where = part::in_work;
  retry(e, now);
}

std::size_t scheduling_queue::moved(const std::vector<plugin>& plugins, const cluster_event& event,
                                    queueing::instant now) {
  std::vector<entry*> helped;
  for (auto& [key, e] : unschedulable_entries_)
    if (may_help(plugins, e->rejectors, *e->pod, event)) helped.push_back(e);
  for (auto* e : helped)
    retry(*e, now);
  return helped.size();
}

std::optional<queueing::instant> scheduling_queue::next_due() const {
  auto a = backoff_.next(), b = unschedulable_.next();
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

pod_ptr scheduling_queue::find(const api::object_key& key) const {
  auto found = entries_.find(key);
  return found == entries_.end() ? nullptr : found->second.pod;
}

std::vector<api::object_key> scheduling_queue::keys() const {
  std::vector<api::object_key> out;
  for (auto& [key, e] : entries_)
    out.push_back(key);
  std::sort(out.begin(), out.end());
  return out;
}

} // namespace troupe::policies::scheduling
