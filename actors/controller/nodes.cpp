#include "actors/controller/bindings.hpp"
#include "policies/controllers/node_lifecycle.hpp"
#include "policies/controllers/pod_gc.hpp"
#include "policies/controllers/taint_eviction.hpp"

namespace troupe::actors::controller {

namespace {

const api::group_resource nodes{"", "nodes"}, leases{"coordination.k8s.io", "leases"}, pods{"", "pods"};
/// The collector looks at the cluster as a whole: one key.
const api::object_key whole_cluster{"", "cluster"};

bool same_taints(const object_handle& a, const object_handle& b) {
  auto *x = api::find(a->spec(), {"taints"}), *y = api::find(b->spec(), {"taints"});
  return x && y ? *x == *y : x == y;
}

} // namespace

binding node_lifecycle() {
  // What was seen of a node is this controller's own observation; a new one starts with a full grace period.
  auto health = std::make_shared<std::map<api::object_key, controllers::node_health>>();
  return {.name = "node",
          .types = {nodes, leases, pods},
          .keys =
            [health](const api::group_resource& type, const mirror::change& c, const tables&, const enqueue& add) {
              auto& any = c.after ? c.after : c.before;
              if (type == nodes) {
                if (!c.after) health->erase(any->key());
                add(any->key());
              } else if (type == leases && any->ns() == "kube-node-lease") {
                add({"", std::string(any->name())});
              }
            },
          .plan =
            [health](const tables& view, const api::object_key& key, api::time_point now) {
              controllers::node_lifecycle_view v{view.of(nodes), view.of(leases), view.of(pods)};
              if (!v.nodes.find(key)) return controllers::plan{};
              auto known = health->find(key);
              auto& latest = (*health)[key] =
                  controllers::observe(v, key, known == health->end() ? nullptr : &known->second, now);
              return controllers::plan_node_lifecycle(v, key, latest, now);
            }};
}

binding taint_eviction() {
  return {.name = "taint-eviction",
          .types = {pods, nodes},
          .keys =
            [](const api::group_resource& type, const mirror::change& c, const tables& view, const enqueue& add) {
              if (type == pods) {
                if (c.after && !api::string_at(c.after->spec(), {"nodeName"}).empty()) add(c.after->key());
                return;
              }
              if (!c.after || (c.before && same_taints(c.before, c.after))) return;
              for (auto& [key, pod] : view.of(pods).all())
                if (api::string_at(pod->spec(), {"nodeName"}) == c.after->name()) add(key);
            },
          .plan = [](const tables& view, const api::object_key& key, api::time_point now) {
            return controllers::plan_taint_eviction({view.of(pods), view.of(nodes)}, key, now);
          }};
}

binding pod_gc() {
  auto missing = std::make_shared<controllers::missing_nodes>();
  return {.name = "pod-garbage-collector",
          .types = {pods, nodes},
          .keys =
            [](const api::group_resource& type, const mirror::change& c, const tables&, const enqueue& add) {
              if (type == nodes) return add(whole_cluster);
              // A pod that was deleted before it was bound has no kubelet that would finish it.
              if (c.after && c.after->deleting() && api::string_at(c.after->spec(), {"nodeName"}).empty())
                add(whole_cluster);
            },
          .plan =
            [missing](const tables& view, const api::object_key&, api::time_point now) {
              controllers::pod_gc_view v{view.of(pods), view.of(nodes)};
              *missing = controllers::observe_missing(v, *missing, now);
              return controllers::plan_pod_gc(v, *missing, now);
            }};
}

} // namespace troupe::actors::controller
