#include "policies/controllers/replica_set.hpp"
#include "policies/controllers/claim.hpp"
#include "policies/controllers/condition.hpp"
#include "policies/controllers/owner.hpp"
#include "policies/controllers/pods.hpp"
#include "policies/mutations/mutations.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace troupe::policies::controllers {

namespace {

using api::int_at, api::object_at, api::string_at;
using mutations::bug;

const api::group_resource pods_type{"", "pods"};

struct flavor {
  std::string_view api_version;
  std::string_view kind;
  api::group_resource type;
};

const flavor replica_set_flavor{"apps/v1", "ReplicaSet", {"apps", "replicasets"}};
const flavor controller_flavor{"v1", "ReplicationController", {"", "replicationcontrollers"}};

/// One turn of work on one ReplicaSet or ReplicationController.
class turn {
public:
  turn(const flavor& f, const api::object_table& owners, const api::object_table& pods, api::object_ptr owner,
       api::time_point now)
    : flavor_(f), owners_(owners), pods_(pods), owner_(std::move(owner)), now_(now),
      wanted_(int_at(owner_->spec(), {"replicas"}, 1)),
      min_ready_seconds_(int_at(owner_->spec(), {"minReadySeconds"})) {}

  plan run(const api::label_selector& selector) {
    auto claimed = claim({*owner_, flavor_.api_version, flavor_.kind}, pods_type, selector, candidates());
    active_ = std::move(claimed.owned);
    out_.then(std::move(claimed.changes));
    if (!owner_->deleting()) manage();
    write_status();
    look_again();
    return std::move(out_);
  }

private:
  /// The active pods that the owner controls or might adopt.
  std::vector<api::object_ptr> candidates() const {
    std::vector<api::object_ptr> out;
    for_each_in(pods_, std::string(owner_->ns()), [&](const api::object_ptr& pod) {
      auto* controller = pod->controller_owner();
      bool ours = !controller || string_at(*controller, {"uid"}) == owner_->uid();
      if ((ours || active(bug::foreign_adoption)) && is_active(*pod)) out.push_back(pod);
    });
    return out;
  }

  void manage() {
    auto have = static_cast<std::int64_t>(active_.size());
    if (have < wanted_) create_pods(static_cast<std::size_t>(wanted_ - have));
    else if (have > wanted_) delete_pods(static_cast<std::size_t>(have - wanted_));
  }

  void create_pods(std::size_t count) {
    count = std::min(count, burst_replicas_max);
    static const json::object nothing;
    auto* pod_template = object_at(owner_->spec(), {"template"});
    auto body = pod_from_template(pod_template ? *pod_template : nothing, *owner_, flavor_.api_version, flavor_.kind);
    std::vector<step> steps;
    for (std::size_t i = 0; i < count; ++i) {
      auto s = create(pods_type, body);
      s.on_success = event{owner_, false, "SuccessfulCreate", "Created pod: {name}"};
      s.on_failure = event{owner_, true, "FailedCreate", "Error creating: {error}"};
      steps.push_back(std::move(s));
    }
    for (auto& b : slow_start(std::move(steps))) out_.then(std::move(b));
    out_.reason = fmt::format("creates {} pods of {}", count, wanted_);
    fails_with("FailedCreate");
  }

  void delete_pods(std::size_t count) {
    count = std::min(count, burst_replicas_max);
    auto victims = active_;
    if (count < victims.size()) sort_for_deletion(victims, related_per_node(), now_);
    batch steps;
    for (std::size_t i = 0; i < count; ++i) {
      auto s = remove(pods_type, *victims[i]);
      s.on_success = event{owner_, false, "SuccessfulDelete", fmt::format("Deleted pod: {}", victims[i]->name())};
      s.on_failure = event{owner_, true, "FailedDelete", "Error deleting: {error}"};
      steps.push_back(std::move(s));
    }
    out_.then(std::move(steps));
    out_.reason = fmt::format("deletes {} pods, {} wanted", count, wanted_);
    fails_with("FailedDelete");
  }

  /// Pods of the replica sets of the same deployment count as related, so that a rollout thins out crowded nodes.
  std::map<std::string, int> related_per_node() const {
    std::set<std::string_view> uids{owner_->uid()};
    if (auto* parent = owner_->controller_owner())
      for_each_in(owners_, std::string(owner_->ns()), [&](const api::object_ptr& sibling) {
        if (controlled_by(*sibling, string_at(*parent, {"uid"}))) uids.insert(sibling->uid());
      });
    std::map<std::string, int> out;
    for_each_in(pods_, std::string(owner_->ns()), [&](const api::object_ptr& pod) {
      auto* controller = pod->controller_owner();
      if (controller && uids.contains(string_at(*controller, {"uid"})) && is_active(*pod))
        ++out[std::string(string_at(pod->spec(), {"nodeName"}))];
    });
    return out;
  }

  json::object counted() const {
    auto* labels = object_at(owner_->spec(), {"template", "metadata", "labels"});
    auto full = labels ? api::label_selector::from_map(*labels) : api::label_selector();
    std::int64_t labeled = 0, ready = 0, available = 0;
    for (auto& pod : active_) {
      labeled += full.matches(pod->labels());
      ready += is_ready(*pod);
      available += is_available(*pod, min_ready_seconds_, now_);
    }
    json::object status(owner_->status(), json::storage_ptr());
    status["replicas"] = static_cast<std::int64_t>(active_.size());
    status["fullyLabeledReplicas"] = labeled;
    status["readyReplicas"] = ready;
    status["availableReplicas"] = available;
    status["observedGeneration"] = owner_->generation();
    return status;
  }

  step status_step(json::object status) const {
    auto body = editable(*owner_);
    body["status"] = std::move(status);
    return update(flavor_.type, std::move(body), "status");
  }

  void write_status() {
    auto status = counted();
    remove_condition(status, "ReplicaFailure");
    if (!same_status(status, owner_->status())) out_.then(status_step(std::move(status)));
  }

  /// After a failure the status says so; a failure that it already tells is not written again.
  void fails_with(std::string reason) {
    out_.after_failure = [owner = owner_, type = flavor_.type, now = now_, status = counted(),
                          reason = std::move(reason)](const std::string& error) mutable {
      if (!condition(status, "ReplicaFailure")) set_condition(status, {"ReplicaFailure", "True", reason, error}, now);
      batch out;
      if (same_status(status, owner->status())) return out;
      auto body = editable(*owner);
      body["status"] = status;
      out.push_back(update(type, std::move(body), "status"));
      return out;
    };
  }

  /// Pods become available by time alone.
  void look_again() {
    if (min_ready_seconds_ == 0) return;
    for (auto& pod : active_) {
      auto since = is_ready(*pod) ? ready_since(*pod) : std::nullopt;
      if (!since || is_available(*pod, min_ready_seconds_, now_)) continue;
      out_.look_again_after(*since + std::chrono::seconds(min_ready_seconds_) - now_);
    }
  }

  const flavor& flavor_;
  const api::object_table& owners_;
  const api::object_table& pods_;
  api::object_ptr owner_;
  api::time_point now_;
  std::int64_t wanted_;
  std::int64_t min_ready_seconds_;
  std::vector<api::object_ptr> active_;
  plan out_;
};

} // namespace

plan plan_replica_set(const replica_set_view& view, const api::object_key& key, api::time_point now) {
  auto owner = view.replica_sets.find(key);
  if (!owner) return {};
  auto selector = api::label_selector::from_document(object_at(owner->spec(), {"selector"}));
  if (!selector) return {};
  return turn(replica_set_flavor, view.replica_sets, view.pods, owner, now).run(*selector);
}

plan plan_replication_controller(const replication_controller_view& view, const api::object_key& key,
                                 api::time_point now) {
  auto owner = view.controllers.find(key);
  if (!owner) return {};
  auto* map = object_at(owner->spec(), {"selector"});
  auto selector = map ? api::label_selector::from_map(*map) : api::label_selector::nothing();
  return turn(controller_flavor, view.controllers, view.pods, owner, now).run(selector);
}

} // namespace troupe::policies::controllers
