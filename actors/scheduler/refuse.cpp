#include "actors/apiserver/client.hpp"
#include "actors/events/recorder.hpp"
#include "actors/scheduler/scheduler.hpp"
#include <fmt/format.h>

namespace troupe::actors::scheduler {

namespace scheduling = policies::scheduling;

namespace {
const apiserver::resource_path pods_path{"", "v1", "pods"};

void ignore(const apiserver::reply*) {} // What failed is tried again with the pod's next attempt.
} // namespace

void scheduler_state::refuse(const scheduling::pod_ptr& pod, scheduling::diagnosis why) {
  std::optional<std::string> nominated;
  if (why.nodes != 0) {
    auto result = scheduling::preempt(how, *pod, all, why, chance);
    why.post_filter_message = result.message;
    if (!result.waiting) nominated = result.node;
    if (!result.node.empty())
      evict(pod, result);
    else if (!result.waiting)
      all.withdraw(pod->key);
  }
  queue.rejected(pod->key, why.rejectors, self->clock().now());
  report(pod, {"Unschedulable", why.text(), nominated});
}

void scheduler_state::evict(const scheduling::pod_ptr& pod, const scheduling::preemption_result& result) {
  for (auto& victim : result.victims) {
    if (victim->deleting || assumed.contains(victim->key)) continue;
    write(
        apiserver::strategic_patch(identity(), pods_path, victim->key, scheduling::victim_patch(env->now()), "status"),
        ignore);
    write(apiserver::remove(identity(), pods_path, victim->key,
                            {{"preconditions", api::json::object{{"uid", victim->uid}}}}),
          ignore);
    events::record(recorder, identity(), config.scheduler_name, "", *victim->object, false, "Preempted",
                   fmt::format("Preempted by pod {} on node {}", pod->uid, result.node));
  }
  for (auto& other : all.outranked_on(result.node, pod->priority)) {
    all.withdraw(other->key);
    write(apiserver::strategic_patch(identity(), pods_path, other->key,
                                     {{"status", api::json::object{{"nominatedNodeName", nullptr}}}}, "status"),
          ignore);
  }
  all.nominate(pod, result.node);
}

void scheduler_state::report(const scheduling::pod_ptr& pod, const scheduling::refusal& why) {
  events::record(recorder, identity(), config.scheduler_name, "", *pod->object, true, "FailedScheduling", why.message);
  auto patch = scheduling::condition_patch(*pod->object, why, env->now());
  if (!patch || !api) return;
  write(apiserver::strategic_patch(identity(), pods_path, pod->key, *patch, "status"), ignore);
}

} // namespace troupe::actors::scheduler
