#include "policies/strategy/deletion.hpp"
#include "policies/mutations/mutations.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <vector>

namespace troupe::policies::strategy {

namespace json = api::json;

namespace {

using mutations::bug;
constexpr std::string_view orphan_finalizer = "orphan", foreground_finalizer = "foregroundDeletion";

std::optional<api::status> failed_precondition(const api::group_resource& type, const api::object& current,
                                               const delete_options& options) {
  auto differ = [&](std::string_view what, std::string_view wanted, std::string_view actual) {
    return api::conflict(
        type, current.name(),
        fmt::format("Precondition failed: {0} in precondition: {1}, {0} in object meta: {2}", what, wanted, actual));
  };
  if (options.uid && *options.uid != current.uid()) return differ("UID", *options.uid, current.uid());
  auto revision = api::string_at(current.metadata(), {"resourceVersion"});
  if (options.resource_version && *options.resource_version != revision)
    return differ("ResourceVersion", *options.resource_version, revision);
  return {};
}

bool has_finalizer(const json::object& metadata, std::string_view name) {
  auto* list = api::array_at(metadata, {"finalizers"});
  return list && std::any_of(list->begin(), list->end(),
                             [&](const json::value& v) { return v.is_string() && v.get_string() == name; });
}

bool has_finalizers(const json::object& metadata) {
  auto* list = api::array_at(metadata, {"finalizers"});
  const std::size_t forgotten = active(bug::forgotten_finalizer) ? 1 : 0;
  return list && list->size() > forgotten;
}

/// Namespaces that the cluster cannot do without.
bool immortal(const api::group_version_kind& kind, std::string_view name) {
  return kind.group.empty() && kind.kind == "Namespace" &&
         (name == "default" || name == "kube-system" || name == "kube-public");
}

/// What happens to dependents: the request says, else a finalizer that is there, else the kind.
enum class dependents { background, orphan, foreground };
dependents fate_of_dependents(const api::group_version_kind& kind, const json::object& metadata,
                              const delete_options& options) {
  if (kind.kind == "Event") return dependents::background;
  if (options.orphan_dependents) return *options.orphan_dependents ? dependents::orphan : dependents::background;
  if (options.propagation) {
    if (*options.propagation == "Orphan") return dependents::orphan;
    return *options.propagation == "Foreground" ? dependents::foreground : dependents::background;
  }
  if (has_finalizer(metadata, orphan_finalizer)) return dependents::orphan;
  if (has_finalizer(metadata, foreground_finalizer)) return dependents::foreground;
  bool old_default =
      (kind.group == "batch" && kind.kind == "Job") || (kind.group.empty() && kind.kind == "ReplicationController");
  return old_default ? dependents::orphan : dependents::background;
}

/// Sets the two finalizers of garbage collection as `fate` wants.
void set_finalizers(json::object& metadata, dependents fate) {
  json::array kept;
  if (auto* list = api::array_at(metadata, {"finalizers"}))
    for (auto& name : *list)
      if (!name.is_string() || (name.get_string() != orphan_finalizer && name.get_string() != foreground_finalizer))
        kept.push_back(name);
  if (fate == dependents::orphan) kept.emplace_back(orphan_finalizer);
  if (fate == dependents::foreground) kept.emplace_back(foreground_finalizer);
  if (kept.empty())
    metadata.erase("finalizers");
  else
    metadata["finalizers"] = std::move(kept);
}

void count_generation(json::object& metadata) {
  if (auto generation = api::int_at(metadata, {"generation"}); generation > 0) metadata["generation"] = generation + 1;
}

void set_deadline(json::object& metadata, api::time_point now, std::int64_t grace) {
  metadata["deletionTimestamp"] = api::format_time(now + std::chrono::seconds(grace));
  metadata["deletionGracePeriodSeconds"] = grace;
}

/// How long a pod may take: as asked for, else as it says itself; nothing runs where it was never placed or has ended.
std::int64_t pod_grace(const api::object& pod, const delete_options& options) {
  auto phase = api::string_at(pod.status(), {"phase"});
  if (api::string_at(pod.spec(), {"nodeName"}).empty() || phase == "Succeeded" || phase == "Failed") return 0;
  auto period = options.grace_period_seconds.value_or(api::int_at(pod.spec(), {"terminationGracePeriodSeconds"}));
  return period < 0 ? 1 : period;
}

deletion_plan shorten(const api::object& current, const delete_options& options) {
  auto had = api::int_at(current.metadata(), {"deletionGracePeriodSeconds"});
  auto asked = options.grace_period_seconds
                   ? std::optional(*options.grace_period_seconds < 0 ? 1 : *options.grace_period_seconds)
                   : std::nullopt;
  if (!asked || *asked >= had) return {deletion_plan::action::nothing, {}};
  deletion_plan plan{deletion_plan::action::mark, current.body()};
  auto& metadata = plan.body["metadata"].get_object();
  auto deadline = api::parse_time(api::string_at(current.metadata(), {"deletionTimestamp"}));
  set_deadline(metadata, deadline.value_or(api::time_point{}) - std::chrono::seconds(had), *asked);
  if (*asked == 0 && !has_finalizers(metadata)) plan.what = deletion_plan::action::remove;
  return plan;
}

deletion_plan delete_pod(const api::object& pod, const delete_options& options, dependents fate, api::time_point now) {
  if (pod.deleting() && pod.metadata().contains("deletionGracePeriodSeconds")) {
    // Only a shorter period changes a deletion that is under way. Without a period, and with 0, finalizers are waited
    // for.
    if (api::int_at(pod.metadata(), {"deletionGracePeriodSeconds"}) == 0 && !has_finalizers(pod.metadata()))
      return {deletion_plan::action::remove, pod.body()};
    return shorten(pod, options);
  }
  deletion_plan plan{deletion_plan::action::mark, pod.body()};
  auto& metadata = plan.body["metadata"].get_object();
  auto grace = pod_grace(pod, options);
  set_deadline(metadata, now, grace);
  count_generation(metadata);
  set_finalizers(metadata, fate);
  if (grace == 0 && !has_finalizers(metadata)) plan.what = deletion_plan::action::remove;
  return plan;
}

deletion_plan delete_namespace(const api::object& space, dependents fate, api::time_point now) {
  if (!space.deleting()) {
    deletion_plan plan{deletion_plan::action::mark, space.body()};
    auto& metadata = plan.body["metadata"].get_object();
    metadata["deletionTimestamp"] = api::format_time(now);
    set_finalizers(metadata, fate);
    api::set_at(plan.body, {"status", "phase"}, "Terminating");
    return plan;
  }
  auto* inner = api::array_at(space.spec(), {"finalizers"});
  if ((inner && !inner->empty()) || has_finalizers(space.metadata())) return {deletion_plan::action::nothing, {}};
  return {deletion_plan::action::remove, space.body()};
}

} // namespace

delete_options delete_options::parse(const json::object& document) {
  delete_options out;
  if (auto* grace = document.if_contains("gracePeriodSeconds"); grace && grace->is_number())
    out.grace_period_seconds = api::int_at(document, {"gracePeriodSeconds"});
  if (auto* uid = api::find(document, {"preconditions", "uid"}); uid && uid->is_string())
    out.uid = api::string_at(document, {"preconditions", "uid"});
  if (auto* revision = api::find(document, {"preconditions", "resourceVersion"}); revision && revision->is_string())
    out.resource_version = api::string_at(document, {"preconditions", "resourceVersion"});
  if (auto policy = api::string_at(document, {"propagationPolicy"}); !policy.empty()) out.propagation = policy;
  if (auto* flag = document.if_contains("orphanDependents"); flag && flag->is_bool())
    out.orphan_dependents = flag->get_bool();
  return out;
}

api::result<deletion_plan> plan_delete(const api::group_version_kind& kind, const api::group_resource& type,
                                       const api::object& current, const delete_options& options, api::time_point now) {
  if (immortal(kind, current.name()))
    return api::failure(api::forbidden(type, current.name(), "this namespace may not be deleted"));
  if (auto failed = failed_precondition(type, current, options)) return api::failure(std::move(*failed));
  auto fate = fate_of_dependents(kind, current.metadata(), options);
  if (kind.group.empty() && kind.kind == "Pod") return delete_pod(current, options, fate, now);
  if (kind.group.empty() && kind.kind == "Namespace") return delete_namespace(current, fate, now);
  deletion_plan plan{deletion_plan::action::remove, current.body()};
  auto& metadata = plan.body["metadata"].get_object();
  set_finalizers(metadata, fate);
  if (!has_finalizers(metadata)) return plan;
  if (!current.deleting()) {
    set_deadline(metadata, now, 0);
    count_generation(metadata);
  }
  bool same = api::semantically_equal(metadata, current.metadata());
  plan.what = same ? deletion_plan::action::nothing : deletion_plan::action::mark;
  return plan;
}

bool finished(const api::group_version_kind& kind, const json::object& body) {
  auto* metadata = api::object_at(body, {"metadata"});
  if (!metadata || !metadata->contains("deletionTimestamp") || has_finalizers(*metadata)) return false;
  if (kind.group.empty() && kind.kind == "Namespace") {
    auto* inner = api::array_at(body, {"spec", "finalizers"});
    return !inner || inner->empty();
  }
  return api::int_at(*metadata, {"deletionGracePeriodSeconds"}) == 0;
}

} // namespace troupe::policies::strategy
