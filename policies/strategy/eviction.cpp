#include "policies/strategy/eviction.hpp"
#include "policies/api/selector.hpp"
#include <fmt/format.h>

namespace troupe::policies::strategy {

namespace json = api::json;

namespace {

const api::group_resource budgets_type{"policy", "poddisruptionbudgets"};
constexpr std::size_t unconfirmed_max = 2000;

api::status too_many(std::string cause, int retry_after_seconds) {
  auto out =
      api::too_many_requests("Cannot evict pod as it would violate the pod's disruption budget.", retry_after_seconds);
  out.details.causes.push_back({"DisruptionBudget", std::move(cause), ""});
  return out;
}

bool ready(const api::object& pod) {
  if (auto* conditions = api::array_at(pod.status(), {"conditions"}))
    for (auto& condition : *conditions)
      if (api::string_at(condition, {"type"}) == "Ready") return api::string_at(condition, {"status"}) == "True";
  return false;
}

bool ended(const api::object& pod) {
  auto phase = api::string_at(pod.status(), {"phase"});
  return phase == "Succeeded" || phase == "Failed";
}

/// A pod that serves nobody can go without asking, if the budget allows that for pods that are not ready.
bool exempt(const api::object& pod, const api::object& budget) {
  if (ready(pod)) return false;
  if (api::string_at(budget.spec(), {"unhealthyPodEvictionPolicy"}) == "AlwaysAllow") return true;
  auto desired = api::int_at(budget.status(), {"desiredHealthy"});
  return desired > 0 && api::int_at(budget.status(), {"currentHealthy"}) >= desired;
}

void set_condition(json::object& body, json::object condition) {
  auto& status = api::ensure_object(body, {"status"});
  if (!status.contains("conditions") || !status["conditions"].is_array()) status["conditions"].emplace_array();
  for (auto& existing : status["conditions"].get_array())
    if (api::string_at(existing, {"type"}) == api::string_at(condition, {"type"})) {
      existing = std::move(condition);
      return;
    }
  status["conditions"].get_array().push_back(std::move(condition));
}

api::result<json::object> take_disruption(const api::object& pod, const api::object& budget, api::time_point now) {
  auto& status = budget.status();
  if (api::int_at(status, {"observedGeneration"}) < budget.generation())
    return api::failure(
        too_many(fmt::format("The disruption budget {} is still being processed by the server.", budget.name()), 10));
  auto allowed = api::int_at(status, {"disruptionsAllowed"});
  if (allowed < 0)
    return api::failure(api::forbidden(budgets_type, budget.name(), "pdb disruptions allowed is negative"));
  auto* pending = api::object_at(status, {"disruptedPods"});
  if (pending && pending->size() > unconfirmed_max)
    return api::failure(api::forbidden(
        budgets_type, budget.name(), "DisruptedPods map too big - too many evictions not confirmed by PDB controller"));
  if (allowed == 0)
    return api::failure(
        too_many(fmt::format("The disruption budget {} needs {} healthy pods and has {} currently", budget.name(),
                             api::int_at(status, {"desiredHealthy"}), api::int_at(status, {"currentHealthy"})),
                 0));
  auto body = budget.body();
  auto time = api::format_time(now);
  api::set_at(body, {"status", "disruptionsAllowed"}, allowed - 1);
  api::set_at(body, {"status", "disruptedPods", pod.name()}, json::value(time));
  if (allowed == 1)
    set_condition(body, {{"type", "DisruptionAllowed"},
                         {"status", "False"},
                         {"reason", "InsufficientPods"},
                         {"message", ""},
                         {"lastTransitionTime", time},
                         {"observedGeneration", api::int_at(status, {"observedGeneration"})}});
  return body;
}

} // namespace

api::result<eviction_plan> plan_eviction(const api::object& pod, const std::vector<api::object_ptr>& budgets,
                                         api::time_point now) {
  eviction_plan plan;
  bool pending = api::string_at(pod.status(), {"phase"}) == "Pending";
  if (!ended(pod) && !pod.deleting() && !pending) {
    const api::object* match = nullptr;
    for (auto& budget : budgets) {
      auto selector = api::label_selector::from_document(api::object_at(budget->spec(), {"selector"}));
      if (budget->ns() != pod.ns() || !selector || !selector->matches(pod.labels())) continue;
      if (match) {
        api::status refusal;
        refusal.code = 500;
        refusal.message =
            "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.";
        return api::failure(std::move(refusal));
      }
      match = budget.get();
    }
    if (match && !exempt(pod, *match)) {
      auto taken = take_disruption(pod, *match, now);
      if (!taken) return api::failure(std::move(taken.error()));
      plan.budget = std::move(*taken);
    }
  }
  if (!ended(pod) && !pod.deleting()) {
    plan.pod = pod.body();
    set_condition(*plan.pod, {{"type", "DisruptionTarget"},
                              {"status", "True"},
                              {"reason", "EvictionByEvictionAPI"},
                              {"message", "Eviction API: evicting"},
                              {"lastProbeTime", nullptr},
                              {"lastTransitionTime", api::format_time(now)}});
  }
  return plan;
}

} // namespace troupe::policies::strategy
