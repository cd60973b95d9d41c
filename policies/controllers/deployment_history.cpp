#include "policies/controllers/deployment_history.hpp"
#include "policies/controllers/condition.hpp"
#include "policies/controllers/deployment_rollout.hpp"
#include "policies/controllers/owner.hpp"
#include "policies/controllers/template_hash.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <limits>

namespace troupe::policies::controllers {

namespace {

using api::find, api::int_at, api::object_at, api::string_at;

constexpr std::size_t history_bytes_max = 2000;

bool stays_on_deployment(std::string_view annotation) {
  constexpr std::string_view own[] = {"kubectl.kubernetes.io/last-applied-configuration",
                                      revision_annotation,
                                      revision_history_annotation,
                                      desired_replicas_annotation,
                                      max_replicas_annotation,
                                      "deprecated.deployment.rollback.revision"};
  return std::ranges::find(own, annotation) != std::end(own);
}

std::int64_t highest_old_revision(deployment_state& s) {
  std::int64_t highest = 0;
  for (auto* set : s.old_sets()) highest = std::max(highest, set->revision());
  return highest;
}

/// The history keeps the numbers under which a set was newest before; the oldest go when it gets too long.
std::string longer_history(std::string history, std::string_view revision) {
  if (history.empty()) return std::string(revision);
  history += fmt::format(",{}", revision);
  while (history.size() > history_bytes_max) {
    auto comma = history.find(',');
    if (comma == history.npos) break;
    history.erase(0, comma + 1);
  }
  return history;
}

void set_revision(rollout_set& set, std::int64_t revision) {
  auto before = set.annotation(revision_annotation);
  std::string old(before);
  if (set.revision() >= revision) return;
  if (!old.empty())
    set.annotate(revision_history_annotation,
                 longer_history(std::string(set.annotation(revision_history_annotation)), old));
  set.annotate(revision_annotation, std::to_string(revision));
}

void copy_annotations(const api::object& deployment, rollout_set& set) {
  for (auto& member : deployment.annotations())
    if (auto* text = member.value().if_string(); text && !stays_on_deployment(member.key()))
      set.annotate(member.key(), std::string(*text));
}

bool has_history_limit(const api::object& deployment) {
  auto* limit = find(deployment.spec(), {"revisionHistoryLimit"});
  return limit && limit->is_number() &&
         int_at(deployment.spec(), {"revisionHistoryLimit"}) < std::numeric_limits<std::int32_t>::max();
}

/// The document of a set for the present template.
json::object new_body(const deployment_state& s, const std::string& hash) {
  auto& spec = s.deployment->spec();
  json::object pod_template, selector;
  if (auto* t = object_at(spec, {"template"})) pod_template = json::object(*t, json::storage_ptr());
  if (auto* x = object_at(spec, {"selector"})) selector = json::object(*x, json::storage_ptr());
  api::set_at(pod_template, {"metadata", "labels", template_hash_label}, json::value(hash));
  api::set_at(selector, {"matchLabels", template_hash_label}, json::value(hash));
  json::object body{
    {"apiVersion", "apps/v1"},
    {"kind", "ReplicaSet"},
    {"metadata", json::object{{"name", fmt::format("{}-{}", s.deployment->name(), hash)},
                              {"namespace", s.deployment->ns()},
                              {"labels", *object_at(pod_template, {"metadata", "labels"})}}},
    {"spec", json::object{{"replicas", 0}, {"selector", std::move(selector)}, {"template", std::move(pod_template)}}}};
  if (auto seconds = int_at(spec, {"minReadySeconds"}); seconds != 0)
    api::set_at(body, {"spec", "minReadySeconds"}, seconds);
  add_owner(body, controller_reference(*s.deployment, "apps/v1", "Deployment"));
  return body;
}

} // namespace

void sync_new_set(deployment_state& s) {
  auto* set = s.new_set();
  if (!set) return;
  copy_annotations(*s.deployment, *set);
  set_revision(*set, highest_old_revision(s) + 1);
  auto seconds = int_at(s.deployment->spec(), {"minReadySeconds"});
  if (int_at(set->body, {"spec", "minReadySeconds"}) != seconds) {
    api::set_at(set->body, {"spec", "minReadySeconds"}, seconds);
    set->changed = true;
  }
  s.revision = set->annotation(revision_annotation);
  if (s.progress_deadline_seconds() && !condition(s.status, "Progressing"))
    set_condition(s.status, {"Progressing", "True", "FoundNewReplicaSet",
                             fmt::format("Found new replica set \"{}\"", set->name())}, s.now, update_time::present);
}

bool create_new_set(deployment_state& s, const std::function<bool(const std::string& name)>& taken) {
  static const json::object nothing;
  auto* pod_template = object_at(s.deployment->spec(), {"template"});
  std::optional<std::int64_t> collisions;
  if (auto* count = find(s.status, {"collisionCount"}); count && count->is_number())
    collisions = int_at(s.status, {"collisionCount"});
  auto hash = template_hash(pod_template ? *pod_template : nothing, collisions);
  rollout_set set;
  set.body = new_body(s, hash);
  if (taken(std::string(set.name()))) {
    s.status["collisionCount"] = collisions.value_or(0) + 1;
    return false;
  }
  auto revision = highest_old_revision(s) + 1;
  s.sets.push_back(std::move(set));
  s.newest = s.sets.size() - 1;
  auto& created = s.sets.back();
  copy_annotations(*s.deployment, created);
  created.annotate(revision_annotation, std::to_string(revision));
  created.replicas = new_set_size(s);
  s.revision = std::to_string(revision);
  if (s.progress_deadline_seconds())
    set_condition(s.status, {"Progressing", "True", "NewReplicaSetCreated",
                             fmt::format("Created new replica set \"{}\"", created.name())}, s.now,
                  update_time::present);
  return true;
}

batch remove_old_sets(deployment_state& s) {
  batch out;
  if (!has_history_limit(*s.deployment)) return out;
  auto old = s.old_sets();
  std::erase_if(old, [](auto* set) { return set->object->deleting(); });
  auto excess = static_cast<std::int64_t>(old.size()) - int_at(s.deployment->spec(), {"revisionHistoryLimit"});
  std::ranges::stable_sort(old, {}, [](auto* set) { return set->revision(); });
  for (std::int64_t i = 0; i < excess; ++i) {
    auto& set = *old[static_cast<std::size_t>(i)];
    bool observed = set.object->generation() <= int_at(set.object->status(), {"observedGeneration"});
    if (set.actual == 0 && set.before == 0 && observed) out.push_back(remove({"apps", "replicasets"}, *set.object));
  }
  return out;
}

} // namespace troupe::policies::controllers
