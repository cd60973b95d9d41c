#include "actors/controller/bindings.hpp"
#include "policies/controllers/deployment.hpp"
#include "policies/controllers/replica_set.hpp"

namespace troupe::actors::controller {

namespace {

const api::group_resource deployments{"apps", "deployments"}, replica_sets{"apps", "replicasets"}, pods{"", "pods"},
  replication_controllers{"", "replicationcontrollers"};

/// The key of the controlling owner, if it is of that kind.
std::optional<api::object_key> owner_of(const object_handle& object, std::string_view kind) {
  auto* owner = object ? object->controller_owner() : nullptr;
  if (!owner || api::string_at(*owner, {"kind"}) != kind) return std::nullopt;
  return api::object_key{std::string(object->ns()), std::string(api::string_at(*owner, {"name"}))};
}

/// Dependents concern their owner, before and after the change; orphans concern all who might adopt them.
void owners_of_change(const mirror::change& c, std::string_view kind, const api::object_table& owners,
                      const enqueue& add) {
  auto before = owner_of(c.before, kind), after = owner_of(c.after, kind);
  if (before && before != after) add(*before);
  if (after) add(*after);
  if (c.after && !c.after->controller_owner())
    for (auto& o : owners.in_namespace(c.after->ns())) add(o->key());
}

void own_key(const mirror::change& c, const enqueue& add) { add((c.after ? c.after : c.before)->key()); }

} // namespace

binding deployment() {
  return {.name = "deployment",
          .types = {deployments, replica_sets, pods},
          .keys =
            [](const api::group_resource& type, const mirror::change& c, const tables& view, const enqueue& add) {
              if (type == deployments) return own_key(c, add);
              if (type == replica_sets) return owners_of_change(c, "Deployment", view.of(deployments), add);
              // Recreate waits for the last pod of the old template to go.
              if (c.after) return;
              if (auto set = owner_of(c.before, "ReplicaSet"))
                if (auto owner = owner_of(view.of(replica_sets).find(*set), "Deployment")) add(*owner);
            },
          .plan = [](const tables& view, const api::object_key& key, api::time_point now) {
            return controllers::plan_deployment({view.of(deployments), view.of(replica_sets), view.of(pods)}, key, now);
          }};
}

binding replica_set() {
  return {.name = "replicaset",
          .types = {replica_sets, pods},
          .keys =
            [](const api::group_resource& type, const mirror::change& c, const tables& view, const enqueue& add) {
              if (type == replica_sets) return own_key(c, add);
              owners_of_change(c, "ReplicaSet", view.of(replica_sets), add);
            },
          .plan = [](const tables& view, const api::object_key& key, api::time_point now) {
            return controllers::plan_replica_set({view.of(replica_sets), view.of(pods)}, key, now);
          }};
}

binding replication_controller() {
  return {.name = "replication",
          .types = {replication_controllers, pods},
          .keys =
              [](const api::group_resource& type, const mirror::change& c, const tables& view, const enqueue& add) {
                if (type == replication_controllers) return own_key(c, add);
                owners_of_change(c, "ReplicationController", view.of(replication_controllers), add);
              },
          .plan =
              [](const tables& view, const api::object_key& key, api::time_point now) {
                return controllers::plan_replication_controller({view.of(replication_controllers), view.of(pods)}, key,
                                                                now);
              }};
}

} // namespace troupe::actors::controller
