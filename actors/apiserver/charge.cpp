#include "actors/apiserver/worker.hpp"

/// Resource quotas. Writes of a namespace that has quotas pass a worker one after another, each charged by the
/// transaction that writes it; workers that collide decide again.
namespace troupe::actors::apiserver {

namespace {

const api::group_resource quota_type{"", "resourcequotas"};

} // namespace

void worker_state::charge(const operation_ptr& op, std::shared_ptr<api::json::object> body, const object_handle& old,
                          std::function<void()> then) {
  auto& ns = op->what->ns;
  if (!op->type->namespaced || op->sub || view.resource_quotas(ns).empty()) return then();
  if (!op->holds_quota) {
    auto& queue = charging[ns];
    queue.push_back([=, this] {
      op->holds_quota = true;
      charge(op, body, old, then);
    });
    op->done = [this, ns, done = std::move(op->done)](reply r) {
      done(std::move(r));
      next_charge(ns);
    };
    if (queue.size() > 1) return;
    // The entry stays in the queue while it runs, and may take itself out before it returns.
    auto mine = queue.front();
    return mine();
  }
  auto object_name = std::string(api::string_at(*body, {"metadata", "name"}));
  auto charges = policies::pipeline::charge(context_of(op, object_name), *body, old.pointer().get());
  if (!charges) return fail(op, charges.error());
  for (auto& one : *charges)
    op->also.push_back({quota_type, one.quota->key(), one.quota->revision(), std::move(one.charged)});
  then();
}

void worker_state::next_charge(const std::string& ns) {
  auto queue = charging.find(ns);
  queue->second.pop_front();
  if (queue->second.empty()) {
    charging.erase(queue);
    return;
  }
  auto next = queue->second.front();
  next();
}

} // namespace troupe::actors::apiserver
