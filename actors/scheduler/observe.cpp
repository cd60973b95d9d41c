#include "actors/scheduler/scheduler.hpp"
#include <set>

namespace troupe::actors::scheduler {

namespace scheduling = policies::scheduling;

namespace {

bool finished(const api::object& pod) {
  auto phase = api::string_at(pod.status(), {"phase"});
  return phase == "Succeeded" || phase == "Failed";
}

} // namespace

void scheduler_state::peer(const std::string& role, const caf::strong_actor_ptr& player) {
  if (role == "apiserver") {
    api = caf::actor_cast<apiserver::apiserver_actor>(player);
    wake();
  } else if (role == "events") {
    recorder = caf::actor_cast<events::recorder_actor>(player);
  } else if (player) {
    self->send(caf::actor_cast<mirror::mirror_actor>(player), watch_atom::value, caf::actor_cast<caf::actor>(self),
               std::string());
  }
}

void scheduler_state::changed(const mirror::update& u) {
  if (u.type.resource == "pods")
    pods_changed(u);
  else if (u.type.resource == "nodes")
    nodes_changed(u);
  wake();
  arm();
}

void scheduler_state::pods_changed(const mirror::update& u) {
  if (u.replace) {
    pods_known = true;
    std::set<api::object_key> there;
    for (auto& c : u.changes)
      if (c.after) there.insert(c.after->key());
    auto known = queue.keys();
    for (auto& [key, pod] : all.pods())
      known.push_back(key);
    for (auto& key : known)
      if (!there.contains(key)) pod_gone(key);
  }
  for (auto& c : u.changes) {
    if (c.after)
      pod_seen(c.after);
    else if (c.before)
      pod_gone(c.before->key());
  }
}

void scheduler_state::pod_seen(const api::object_ptr& object) {
  auto key = object->key();
  if (finished(*object)) return pod_gone(key);
  auto on_node = all.find_pod(key);
  if (on_node && on_node->uid != object->uid()) {
    pod_gone(key); // A new pod under an old name.
    on_node = nullptr;
  }
  if (!api::string_at(object->spec(), {"nodeName"}).empty()) {
    assumed.erase(key);
    queue.erase(key);
    all.withdraw(key);
    all.put_pod(scheduling::make_pod_info(object));
    return;
  }
  if (on_node) return; // Assumed, and this version is from before the binding.
  if (api::string_at(object->spec(), {"schedulerName"}, "default-scheduler") != config.scheduler_name) return;
  if (object->deleting()) {
    queue.erase(key);
    all.withdraw(key);
    return;
  }
  auto pod = scheduling::make_pod_info(object);
  if (!pod->nominated_node.empty()) all.nominate(pod, pod->nominated_node);
  queue.put(pod, self->clock().now());
}

void scheduler_state::pod_gone(const api::object_key& key) {
  assumed.erase(key);
  queue.erase(key);
  all.withdraw(key);
  auto pod = all.erase_pod(key);
  if (!pod) return;
  scheduling::cluster_event event{scheduling::cluster_event::kind::pod_removed, nullptr, all.find(pod->node_name)};
  queue.moved(how.plugins(), event, self->clock().now());
}

void scheduler_state::nodes_changed(const mirror::update& u) {
  if (u.replace) {
    nodes_known = true;
    std::set<std::string_view> there;
    for (auto& c : u.changes)
      if (c.after) there.insert(c.after->name());
    std::vector<std::string> gone;
    for (auto* node : all.order())
      if (!there.contains(node->name())) gone.push_back(node->name());
    for (auto& node : gone)
      node_gone(node);
  }
  for (auto& c : u.changes) {
    if (c.after)
      node_seen(c.after);
    else if (c.before)
      node_gone(std::string(c.before->name()));
  }
}

void scheduler_state::node_seen(const api::object_ptr& object) {
  using kind = scheduling::cluster_event::kind;
  auto* known = all.find(object->name());
  scheduling::node_info before{std::string(object->name())};
  if (known) before.set_object(known->object());
  all.put_node(object);
  auto* after = all.find(object->name());
  if (known && before.offers_the_same(*after)) return; // A heartbeat.
  queue.moved(how.plugins(), {known ? kind::node_updated : kind::node_added, known ? &before : nullptr, after},
              self->clock().now());
}

void scheduler_state::node_gone(const std::string& node) { all.erase_node(node); }

} // namespace troupe::actors::scheduler
