#include "actors/apiserver/worker.hpp"
#include "actors/base/error.hpp"
#include "policies/strategy/deletion.hpp"
#include "policies/strategy/eviction.hpp"
#include "policies/validation/options.hpp"
#include "policies/validation/validate.hpp"
#include <fmt/format.h>

/// Eviction: one transaction takes a disruption of the budget and marks the pod; then the pod is deleted.
namespace troupe::actors::apiserver {

namespace {

namespace strategy = policies::strategy;

const api::group_resource pod_type{"", "pods"}, budget_type{"policy", "poddisruptionbudgets"};

reply evicted() {
  return succeeded(api::object::make({{"kind", "Status"}, {"apiVersion", "v1"}, {"metadata", api::json::object{}},
                                      {"status", "Success"}, {"code", 201}}),
                   201);
}

/// The texts differ from those of a deletion (registry/core/pod, EvictionREST).
api::result<void> check_preconditions(const api::object& pod, const api::json::object& options) {
  auto uid = api::string_at(options, {"preconditions", "uid"});
  if (!uid.empty() && uid != pod.uid())
    return api::failure(
        api::conflict(pod_type, pod.name(),
                      fmt::format("the UID in the precondition ({}) does not match the UID in record ({}). "
                                  "The object might have been deleted and then recreated",
                                  uid, pod.uid())));
  auto revision = api::string_at(options, {"preconditions", "resourceVersion"});
  auto current = api::string_at(pod.metadata(), {"resourceVersion"});
  if (!revision.empty() && revision != current)
    return api::failure(api::conflict(pod_type, pod.name(),
                                      fmt::format("the ResourceVersion in the precondition ({}) does not match the "
                                                  "ResourceVersion in record ({}). The object might have been modified",
                                                  revision, current)));
  return {};
}

} // namespace

void worker_state::evict(const operation_ptr& op) {
  auto eviction = decode_body(op);
  if (!eviction) return fail(op, eviction.error());
  if (auto ok = policies::validation::validate_eviction(*eviction, op->what->name); !ok) return fail(op, ok.error());
  auto options = std::make_shared<api::json::object>();
  if (auto* given = api::object_at(*eviction, {"deleteOptions"})) *options = *given;
  if (auto ok = policies::validation::validate_delete_options(*options); !ok) return fail(op, ok.error());
  if (auto* dry = api::array_at(*options, {"dryRun"}); dry && !dry->empty()) op->dry_run = true;
  auto& budgets = caches[budget_type.text()];
  if (!budgets) return fail(op, api::service_unavailable("the cache of poddisruptionbudgets is not ready"));
  auto body = std::make_shared<api::json::object>(std::move(*eviction));
  self->request(budgets, context->read_timeout, list_atom::value,
                share(watch_cache::list_query{{op->what->ns, ""}, -1}))
      .then(
          [=, this](const shared<watch_cache::list_result>& found) {
            fetch(op, pod_type, {op->what->ns, op->what->name}, -1, [=, this](const object_handle& pod) {
              if (!pod) return fail(op, api::not_found(pod_type, op->what->name));
              if (!admit_subresource(op, *body, pod)) return;
              evict_pod(op, pod, *options, {found->items.begin(), found->items.end()});
            });
          },
          [=, this](caf::error& e) { fail(op, e); });
}

void worker_state::evict_pod(const operation_ptr& op, const object_handle& pod, const api::json::object& options,
                             const std::vector<api::object_ptr>& budgets) {
  if (auto ok = check_preconditions(*pod, options); !ok) return fail(op, ok.error());
  auto plan = strategy::plan_eviction(*pod, budgets, context->env->now());
  if (!plan) return fail(op, plan.error());
  if (op->dry_run) return finish(op, evicted());
  if (!plan->pod) return remove_evicted(op, options);
  if (plan->budget) {
    auto budget = api::object::make(std::move(*plan->budget));
    op->also.push_back({budget_type, budget->key(), budget->revision(), budget->body()});
  }
  commit(op, {pod->key(), pod->revision(), &*plan->pod, pod}, [=, this](std::int64_t revision) {
    auto next = options;
    // The mark was this request's own doing: the condition goes on from there.
    if (!api::string_at(next, {"preconditions", "resourceVersion"}).empty())
      api::set_at(next, {"preconditions", "resourceVersion"}, api::json::value(std::to_string(revision)));
    remove_evicted(op, std::move(next));
  });
}

void worker_state::remove_evicted(const operation_ptr& op, api::json::object options) {
  // The deletion is an operation of its own; this one keeps its place in the order of the pod meanwhile.
  auto gone = std::make_shared<call>(*op->what);
  gone->what = verb::remove;
  gone->subresource.clear();
  gone->object = {};
  gone->body = api::json::serialize(options);
  gone->content_type = "application/json";
  auto deletion = std::make_shared<operation>();
  deletion->what = shared<call>{std::move(gone)};
  deletion->type = context->types.find("", "v1", "pods");
  ++in_progress;
  deletion->done = [=, this](reply r) { finish(op, r.ok() ? evicted() : std::move(r)); };
  remove(deletion);
}

} // namespace troupe::actors::apiserver
