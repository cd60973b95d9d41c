#include "policies/controllers/deployment.hpp"
#include "policies/controllers/claim.hpp"
#include "policies/controllers/condition.hpp"
#include "policies/controllers/deployment_conditions.hpp"
#include "policies/controllers/deployment_history.hpp"
#include "policies/controllers/deployment_rollout.hpp"
#include "policies/controllers/deployment_scale.hpp"
#include "policies/controllers/owner.hpp"
#include "policies/controllers/pods.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::policies::controllers {

namespace {

using api::object_at, api::string_at;

const api::group_resource deployments_type{"apps", "deployments"};
const api::group_resource sets_type{"apps", "replicasets"};

std::vector<api::object_ptr> candidates(const api::object_table& sets, const api::object& deployment) {
  std::vector<api::object_ptr> out;
  for_each_in(sets, std::string(deployment.ns()), [&](const api::object_ptr& set) {
    auto* controller = set->controller_owner();
    if (!controller || string_at(*controller, {"uid"}) == deployment.uid()) out.push_back(set);
  });
  return out;
}

step status_step(const deployment_state& s) {
  auto body = editable(*s.deployment);
  body["status"] = s.status;
  if (!s.revision.empty()) api::set_at(body, {"metadata", "annotations", revision_annotation}, json::value(s.revision));
  return update(deployments_type, std::move(body), "status");
}

bool status_differs(const deployment_state& s) {
  return !same_status(s.status, s.deployment->status()) ||
         s.revision != string_at(s.deployment->annotations(), {revision_annotation});
}

/// Writes the size and what is known about it into a set that changes its size, or whose notes are out of date.
enum class notes { only_with_size, always };
void write_size(const deployment_state& s, rollout_set& set, notes when) {
  if (set.replicas == set.before && set.object && when == notes::only_with_size) return;
  set.annotate(desired_replicas_annotation, std::to_string(s.replicas));
  set.annotate(max_replicas_annotation, std::to_string(s.replicas + s.max_surge));
  if (set.replicas == set.before) return;
  set.changed = true;
  api::set_at(set.body, {"spec", "replicas"}, set.replicas);
}

step set_step(const deployment_state& s, const rollout_set& set) {
  auto out = set.object ? update(sets_type, set.body) : create(sets_type, set.body);
  if (set.replicas != set.before)
    out.on_success =
        event{s.deployment, false, "ScalingReplicaSet",
              fmt::format("Scaled {} replica set {} from {} to {}", set.replicas > set.before ? "up" : "down",
                          set.name(), set.before, set.replicas)};
  if (!set.object)
    out.on_failure = event{s.deployment, true, "ReplicaSetCreateError",
                           fmt::format("Failed to create new replica set \"{}\": {{error}}", set.name())};
  return out;
}

/// One turn of work on one deployment.
class turn {
public:
  turn(const deployment_view& view, deployment_state state) : view_(view), state_(std::move(state)) {}

  plan run() {
    auto& s = state_;
    if (s.deployment->deleting()) {
      count_status(s);
    } else {
      note_pause(s);
      sync_new_set(s);
      if (s.paused || is_scaling(s)) resize();
      else if (!advance()) return std::move(out_);
    }
    if (status_differs(s)) out_.then(status_step(s));
    return std::move(out_);
  }

private:
  /// Pause or change of size: no new set, no progress.
  void resize() {
    scale(state_);
    write_sets(notes::always);
    if (state_.paused) out_.then(remove_old_sets(state_));
    count_status(state_);
  }

  /// The strategy's next step. False if the plan ends here with its own status.
  bool advance() {
    auto& s = state_;
    bool wait = !s.rolling && (scale_down_old(s) || old_pods_run());
    if (!wait && !s.new_set() && !create_new_set(s, [&](auto& name) { return taken(name); })) {
      out_.reason = "another replica set has the name of the new one";
      out_.then(status_step(s));
      return false;
    }
    if (!wait) {
      if (s.rolling) roll(s);
      else s.new_set()->replicas = s.replicas;
    }
    bool complete = is_complete(s, s.deployment->status());
    write_sets(notes::only_with_size);
    if (complete && !wait) out_.then(remove_old_sets(s));
    count_status(s);
    if (auto delay = judge_progress(s)) out_.look_again_after(*delay);
    return true;
  }

  bool taken(const std::string& name) const {
    return view_.replica_sets.find({std::string(state_.deployment->ns()), name}) != nullptr;
  }

  /// Recreate waits until the last pod of another template is gone.
  bool old_pods_run() {
    auto* fresh = state_.new_set();
    for (auto* set : state_.old_sets()) {
      if (set == fresh || !set->object) continue;
      for (auto& pod : view_.pods.controlled_by(set->object->uid()))
        if (!is_finished(*pod)) return true;
    }
    return false;
  }

  void write_sets(notes when) {
    batch steps;
    for (auto& set : state_.sets) {
      bool noted = when == notes::always && (set.replicas > 0 || set.before > 0);
      write_size(state_, set, noted ? notes::always : notes::only_with_size);
      if (!set.object || set.changed) steps.push_back(set_step(state_, set));
    }
    if (state_.new_set() && !state_.new_set()->object) explain_failure();
    out_.then(std::move(steps));
  }

  void explain_failure() {
    out_.after_failure = [s = state_](const std::string& error) mutable {
      batch out;
      // Somebody has the name: the next plan sees who.
      if (error.find("already exists") != error.npos) return out;
      auto text = fmt::format("Failed to create new replica set \"{}\": {}", s.new_set()->name(), error);
      s.status = json::object(s.deployment->status(), json::storage_ptr());
      if (s.progress_deadline_seconds())
        set_condition(s.status, {"Progressing", "False", "ReplicaSetCreateError", text}, s.now, update_time::present);
      s.revision = string_at(s.deployment->annotations(), {revision_annotation});
      if (status_differs(s)) out.push_back(status_step(s));
      return out;
    };
  }

  const deployment_view& view_;
  deployment_state state_;
  plan out_;
};

plan refuse(const api::object_ptr& deployment) {
  plan out;
  out.events.push_back({deployment, true, "SelectingAll",
                        "This deployment is selecting all pods. A non-empty selector is required."});
  auto body = editable(*deployment);
  api::set_at(body, {"status", "observedGeneration"}, deployment->generation());
  if (!api::semantically_equal(body, deployment->body())) out.then(update(deployments_type, std::move(body), "status"));
  return out;
}

} // namespace

plan plan_deployment(const deployment_view& view, const api::object_key& key, api::time_point now) {
  auto deployment = view.deployments.find(key);
  if (!deployment) return {};
  auto selector = api::label_selector::from_document(object_at(deployment->spec(), {"selector"}));
  if (!selector) return {};
  if (selector->selects_everything()) return refuse(deployment);
  auto claimed =
    claim({*deployment, "apps/v1", "Deployment"}, sets_type, *selector, candidates(view.replica_sets, *deployment));
  if (claimed.changes.empty()) return turn(view, read_deployment(deployment, std::move(claimed.owned), now)).run();
  // Sets that change hands are not scaled with the same breath: the second update would find a newer version.
  plan out;
  out.then(std::move(claimed.changes));
  return out;
}

} // namespace troupe::policies::controllers
