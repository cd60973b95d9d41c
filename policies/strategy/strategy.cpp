#include "policies/strategy/strategy.hpp"
#include "policies/strategy/kinds.hpp"
#include <unordered_map>

namespace troupe::policies::strategy {

namespace {

/// Which changes count as a new generation.
enum class counts { never, spec, spec_and_annotations, content_and_labels, pod_template };

struct entry {
  std::string_view group;
  traits common;
  counts generation = counts::never;
  std::string_view status = "{}"; ///< the status of a new object, for kinds that clear it
  create_hook create = nullptr;
  update_hook update = nullptr;
};

// The flags of `traits` in order: create on update, unconditional update, generation, clears status, keeps status.
constexpr traits plain{}, upsert{true, true}, conditional{false, false}, upsert_conditional{true, false};
constexpr traits counted{false, true, true}, with_status{false, true, false, true, true},
    full{false, true, true, true, true};
constexpr traits node_like{false, true, false, false, true}, budget_like{false, false, true, true, true};
constexpr traits service_like{true, true, false, true, true}, driver_like{false, false, false, true, true};

const std::unordered_map<std::string_view, entry>& entries() {
  static const std::unordered_map<std::string_view, entry> table{
      {"Pod", {"", with_status, counts::never, "{}", create_pod, update_pod}},
      {"Namespace", {"", with_status, counts::never, "{}", create_namespace, update_namespace}},
      {"Service", {"", service_like, counts::never, R"({"loadBalancer":{}})"}},
      {"Endpoints", {"", upsert}},
      {"ConfigMap", {"", plain}},
      {"Secret", {"", plain}},
      {"ServiceAccount", {"", plain, counts::never, "{}", create_service_account, update_service_account}},
      {"Node", {"", node_like}},
      {"LimitRange", {"", upsert}},
      {"ResourceQuota", {"", with_status}},
      {"PersistentVolume", {"", with_status, counts::never, "{}", create_volume, update_volume}},
      {"PersistentVolumeClaim", {"", with_status, counts::never, R"({"phase":"Pending"})", create_claim, update_claim}},
      {"PodTemplate", {"", counted, counts::pod_template}},
      {"ReplicationController", {"", full, counts::spec, R"({"replicas":0})"}},
      {"Deployment", {"apps", full, counts::spec_and_annotations, "{}", nullptr, update_deployment}},
      {"ReplicaSet", {"apps", full, counts::spec, R"({"replicas":0})"}},
      {"StatefulSet", {"apps", full, counts::spec, R"({"replicas":0,"availableReplicas":0})"}},
      {"DaemonSet",
       {"apps", full, counts::spec,
        R"({"currentNumberScheduled":0,"numberMisscheduled":0,"desiredNumberScheduled":0,"numberReady":0})",
        create_daemon_set, update_daemon_set}},
      {"ControllerRevision", {"apps", plain}},
      {"Job", {"batch", full, counts::spec, "{}", create_job}},
      {"CronJob", {"batch", full, counts::spec}},
      {"EndpointSlice", {"discovery.k8s.io", counted, counts::content_and_labels}},
      {"Lease", {"coordination.k8s.io", upsert_conditional, counts::never, "{}", create_lease, update_lease}},
      {"HorizontalPodAutoscaler",
       {"autoscaling", with_status, counts::never, R"({"desiredReplicas":0,"currentMetrics":null})"}},
      {"PodDisruptionBudget",
       {"policy", budget_like, counts::spec,
        R"({"disruptionsAllowed":0,"currentHealthy":0,"desiredHealthy":0,"expectedPods":0})"}},
      {"Ingress", {"networking.k8s.io", full, counts::spec, R"({"loadBalancer":{}})"}},
      {"IngressClass", {"networking.k8s.io", counted, counts::spec}},
      {"NetworkPolicy", {"networking.k8s.io", counted, counts::spec}},
      {"Role", {"rbac.authorization.k8s.io", upsert}},
      {"ClusterRole", {"rbac.authorization.k8s.io", upsert}},
      {"RoleBinding", {"rbac.authorization.k8s.io", upsert}},
      {"ClusterRoleBinding", {"rbac.authorization.k8s.io", upsert}},
      {"StorageClass", {"storage.k8s.io", plain}},
      {"CSIDriver", {"storage.k8s.io", conditional}},
      {"CSINode", {"storage.k8s.io", conditional}},
      {"CSIStorageCapacity", {"storage.k8s.io", conditional}},
      {"VolumeAttachment", {"storage.k8s.io", driver_like}},
      {"PriorityClass", {"scheduling.k8s.io", counted}},
      {"RuntimeClass", {"node.k8s.io", upsert_conditional}},
      {"CertificateSigningRequest", {"certificates.k8s.io", with_status}},
  };
  return table;
}

const entry* entry_of(const api::group_version_kind& type) {
  static const entry event{"", upsert};
  if (type.kind == "Event") return &event;
  auto found = entries().find(type.kind);
  return found != entries().end() && found->second.group == type.group ? &found->second : nullptr;
}

bool same(const json::object& a, const json::object& b, std::string_view name) {
  static const json::value nothing;
  auto *x = a.if_contains(name), *y = b.if_contains(name);
  return api::semantically_equal(x ? *x : nothing, y ? *y : nothing);
}

const json::object& metadata_of(const json::object& body) {
  static const json::object none;
  auto* found = api::object_at(body, {"metadata"});
  return found ? *found : none;
}

bool wants_new_generation(counts rule, const json::object& body, const json::object& old) {
  switch (rule) {
  case counts::never:
    return false;
  case counts::spec:
    return !same(body, old, "spec");
  case counts::spec_and_annotations:
    return !same(body, old, "spec") || !same(metadata_of(body), metadata_of(old), "annotations");
  case counts::pod_template:
    return !same(body, old, "template");
  case counts::content_and_labels: {
    auto now = body, before = old;
    now.erase("metadata");
    before.erase("metadata");
    return !api::semantically_equal(now, before) || !same(metadata_of(body), metadata_of(old), "labels");
  }
  }
  return false;
}

/// What no request may change, or what it may leave out.
void keep_system_fields(json::object& metadata, const json::object& old) {
  metadata.erase("selfLink");
  if (api::string_at(metadata, {"uid"}).empty()) take(metadata, old, "uid");
  take(metadata, old, "creationTimestamp");
  if (old.contains("deletionTimestamp")) take(metadata, old, "deletionTimestamp");
  if (!metadata.contains("deletionGracePeriodSeconds")) take(metadata, old, "deletionGracePeriodSeconds");
  take(metadata, old, "generation");
}

} // namespace

void take(json::object& body, const json::object& from, std::string_view name) {
  if (auto* value = from.if_contains(name))
    body[name] = *value;
  else
    body.erase(name);
}

traits traits_of(const api::group_version_kind& type) noexcept {
  auto* found = entry_of(type);
  return found ? found->common : traits{};
}

api::result<void> check_creatable(const json::object& body) {
  auto version = api::string_at(body, {"metadata", "resourceVersion"});
  // A text that is no number is no revision: it is dropped like any other system field.
  bool number = !version.empty() && version.find_first_not_of("0123456789") == std::string_view::npos;
  if (!number || version.find_first_not_of('0') == std::string_view::npos) return {};
  api::status refusal;
  refusal.code = 500;
  refusal.message = "resourceVersion should not be set on objects to be created";
  return api::failure(std::move(refusal));
}

void prepare_for_create(const api::group_version_kind& type, json::object& body, const context& ctx) {
  auto& metadata = api::ensure_object(body, {"metadata"});
  metadata.reserve(metadata.size() + 4);
  for (auto name : {"deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "resourceVersion", "generation"})
    metadata.erase(name);
  metadata["uid"] = random_uuid(ctx.random);
  metadata["creationTimestamp"] = api::format_time(ctx.now);
  if (api::string_at(metadata, {"name"}).empty())
    if (auto base = std::string(api::string_at(metadata, {"generateName"})); !base.empty())
      metadata["name"] = generate_name(base, ctx.random);
  auto* found = entry_of(type);
  if (!found) return;
  if (found->common.has_generation) metadata["generation"] = 1;
  if (found->common.clears_status) body["status"] = json::parse(found->status);
  if (found->create) found->create(body, ctx);
}

void prepare_for_update(const api::group_version_kind& type, std::string_view subresource, json::object& body,
                        const json::object& old, const context& ctx) {
  auto& metadata = api::ensure_object(body, {"metadata"});
  keep_system_fields(metadata, metadata_of(old));
  auto* found = entry_of(type);
  if (subresource == "status") {
    // The status, and nothing else but metadata.
    auto status = body.contains("status") ? body["status"] : json::value(json::object{});
    auto kept = metadata;
    body = old;
    body["metadata"] = std::move(kept);
    body["status"] = std::move(status);
  } else if (found && found->common.keeps_status) {
    take(body, old, "status");
  }
  if (!found) return;
  if (found->update) found->update(subresource, body, old, ctx);
  if (found->common.has_generation && wants_new_generation(found->generation, body, old))
    api::set_at(body, {"metadata", "generation"}, api::int_at(old, {"metadata", "generation"}) + 1);
}

namespace {

/// Metadata without what changes at every write.
json::object lasting(const json::object& metadata) {
  auto out = metadata;
  out.erase("resourceVersion");
  if (auto* entries = out.if_contains("managedFields"); entries && entries->is_array())
    for (auto& field : entries->get_array())
      if (auto* object = field.if_object()) object->erase("time");
  return out;
}

} // namespace

bool unchanged(const json::object& body, const json::object& old) {
  for (auto& member : body)
    if (member.key() != "metadata" && !same(body, old, member.key())) return false;
  for (auto& member : old)
    if (member.key() != "metadata" && !same(body, old, member.key())) return false;
  return api::semantically_equal(lasting(metadata_of(body)), lasting(metadata_of(old)));
}

} // namespace troupe::policies::strategy
