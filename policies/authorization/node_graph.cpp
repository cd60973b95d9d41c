#include "policies/authorization/node_graph.hpp"
#include "policies/authorization/pod_references.hpp"
#include <algorithm>

namespace troupe::policies::authorization {

namespace {

/// "ns/name" without an allocation for names of usual length where the caller keeps the buffer.
std::string_view path_of(std::string& buffer, std::string_view ns, std::string_view name) {
  buffer.assign(ns);
  buffer += '/';
  buffer += name;
  return buffer;
}

std::pair<std::string_view, std::string_view> split(std::string_view path) {
  auto slash = path.find('/');
  return {path.substr(0, slash), path.substr(slash + 1)};
}

std::size_t index_of(related kind) { return static_cast<std::size_t>(kind); }

std::size_t ephemeral_containers(const api::object& pod) {
  auto* list = api::array_at(pod.spec(), {"ephemeralContainers"});
  return list ? list->size() : 0;
}

} // namespace

std::optional<related> related_kind(std::string_view resource) noexcept {
  if (resource == "secrets") return related::secret;
  if (resource == "configmaps") return related::config_map;
  if (resource == "serviceaccounts") return related::service_account;
  if (resource == "persistentvolumeclaims") return related::claim;
  if (resource == "persistentvolumes") return related::volume;
  return {};
}

const node_graph::vertex* node_graph::find(related kind, std::string_view ns, std::string_view name) const {
  std::string buffer;
  auto& table = vertices_[index_of(kind)];
  auto found = table.find(path_of(buffer, ns, name));
  return found == table.end() ? nullptr : &found->second;
}

node_graph::vertex& node_graph::hold(related kind, std::string_view ns, std::string_view name) {
  std::string buffer;
  path_of(buffer, ns, name);
  auto [at, fresh] = vertices_[index_of(kind)].try_emplace(std::move(buffer));
  auto& v = at->second;
  if (fresh) {
    v.kind = kind;
    v.key = at->first;
  }
  ++v.held;
  return v;
}

void node_graph::release(vertex& v) {
  if (--v.held > 0) return;
  auto& table = vertices_[index_of(v.kind)];
  table.erase(table.find(v.key));
}

void node_graph::tell(const vertex& v, const node_entry& n, bool gained) const {
  if (!tell_) return;
  auto [ns, name] = split(v.key);
  tell_({n.name, v.kind, ns, name, gained});
}

void node_graph::gain(vertex& v, node_entry& n) {
  auto at = std::ranges::lower_bound(v.nodes, &n, {}, [](auto& x) { return x.first; });
  if (at != v.nodes.end() && at->first == &n) {
    ++at->second;
    return;
  }
  v.nodes.emplace(at, &n, 1);
  tell(v, n, true);
  for (auto* above : v.hanging) gain(*above, n);
}

void node_graph::lose(vertex& v, node_entry& n) {
  auto at = std::ranges::lower_bound(v.nodes, &n, {}, [](auto& x) { return x.first; });
  if (--at->second > 0) return;
  v.nodes.erase(at);
  tell(v, n, false);
  for (auto* above : v.hanging) lose(*above, n);
}

void node_graph::hang(vertex& below, vertex& v) {
  below.hanging.push_back(&v);
  for (auto& [node, paths] : below.nodes) gain(v, *node);
}

void node_graph::unhang(vertex& below, vertex& v) {
  below.hanging.erase(std::ranges::find(below.hanging, &v));
  for (auto& [node, paths] : below.nodes) lose(v, *node);
}

void node_graph::put_pod(const api::object& pod) {
  auto node = api::string_at(pod.spec(), {"nodeName"});
  if (node.empty()) return erase_pod(pod.key());
  std::string path;
  path_of(path, pod.ns(), pod.name());
  auto [at, fresh] = pods_.try_emplace(std::move(path));
  auto& known = at->second;
  auto ephemeral = ephemeral_containers(pod);
  if (!fresh && known.node->name == node && known.uid == pod.uid() && known.ephemeral == ephemeral) return;
  auto [home, new_node] = nodes_.try_emplace(std::string(node));
  if (new_node) home->second.name = home->first;
  pod_entry next{&home->second, std::string(pod.uid()), ephemeral, {}};
  auto use = [&](related kind, std::string_view name) {
    auto& v = hold(kind, pod.ns(), name);
    next.uses.push_back(&v);
    gain(v, *next.node);
  };
  // A node must not be able to make a pod that gives it rights.
  if (!is_mirror_pod(pod.body())) {
    if (auto account = api::string_at(pod.spec(), {"serviceAccountName"}); !account.empty())
      use(related::service_account, account);
    visit_secrets(pod.body(), [&](std::string_view name) { use(related::secret, name); });
    visit_config_maps(pod.body(), [&](std::string_view name) { use(related::config_map, name); });
    visit_claims(pod.body(), [&](std::string_view name) { use(related::claim, name); });
  }
  next.node->pods.push_back(&known);
  // The new references are in before the old ones go, so that what stays is never lost in between.
  if (!fresh) drop(known);
  known = std::move(next);
}

void node_graph::drop(pod_entry& pod) {
  for (auto* v : pod.uses) {
    lose(*v, *pod.node);
    release(*v);
  }
  auto& siblings = pod.node->pods;
  siblings.erase(std::ranges::find(siblings, &pod));
  if (siblings.empty()) nodes_.erase(nodes_.find(pod.node->name));
}

void node_graph::erase_pod(const api::object_key& key) {
  std::string buffer;
  auto found = pods_.find(path_of(buffer, key.ns, key.name));
  if (found == pods_.end()) return;
  drop(found->second);
  pods_.erase(found);
}

void node_graph::put_volume(const api::object& volume) {
  auto claim = api::string_at(volume.spec(), {"claimRef", "name"});
  if (claim.empty()) return erase_volume(volume.name());
  volume_entry next;
  next.claim = &hold(related::claim, api::string_at(volume.spec(), {"claimRef", "namespace"}), claim);
  next.self = &hold(related::volume, {}, volume.name());
  visit_volume_secrets(volume.body(), [&](std::string_view ns, std::string_view name) {
    next.secrets.push_back(&hold(related::secret, ns, name));
  });
  auto [at, fresh] = volumes_.try_emplace(std::string(volume.name()));
  auto before = std::exchange(at->second, next);
  // One path by each version of the volume: first the new one, so that what stays is never lost in between.
  for (auto* secret : next.secrets) hang(*next.self, *secret);
  hang(*next.claim, *next.self);
  if (!fresh) drop(before);
}

void node_graph::drop(const volume_entry& volume) {
  unhang(*volume.claim, *volume.self);
  for (auto* secret : volume.secrets) unhang(*volume.self, *secret);
  for (auto* secret : volume.secrets) release(*secret);
  release(*volume.self);
  release(*volume.claim);
}

void node_graph::erase_volume(std::string_view name) {
  auto found = volumes_.find(name);
  if (found == volumes_.end()) return;
  drop(found->second);
  volumes_.erase(found);
}

bool node_graph::refers(std::string_view node, std::string_view resource, std::string_view ns,
                        std::string_view name) const {
  if (resource == "pods") {
    std::string buffer;
    auto pod = pods_.find(path_of(buffer, ns, name));
    return pod != pods_.end() && pod->second.node->name == node;
  }
  auto kind = related_kind(resource);
  auto* v = kind ? find(*kind, *kind == related::volume ? std::string_view() : ns, name) : nullptr;
  auto asking = v ? nodes_.find(node) : nodes_.end();
  if (asking == nodes_.end()) return false;
  auto address = [](auto& x) -> const node_entry* { return x.first; };
  return std::ranges::binary_search(v->nodes, &asking->second, {}, address);
}

std::vector<std::string_view> node_graph::nodes_of(related kind, std::string_view ns, std::string_view name) const {
  std::vector<std::string_view> out;
  if (auto* v = find(kind, ns, name))
    for (auto& [node, paths] : v->nodes) out.push_back(node->name);
  return out;
}

std::set<api::object_key> node_graph::seen_by(std::string_view node, related kind) const {
  std::set<api::object_key> out;
  auto found = nodes_.find(node);
  if (found == nodes_.end()) return out;
  std::function<void(const vertex&)> collect = [&](const vertex& v) {
    if (v.kind == kind) {
      auto [ns, name] = split(v.key);
      out.insert({std::string(ns), std::string(name)});
    }
    for (auto* above : v.hanging) collect(*above);
  };
  for (auto* pod : found->second.pods)
    for (auto* v : pod->uses) collect(*v);
  return out;
}

std::vector<api::object_key> node_graph::pods() const {
  std::vector<api::object_key> out;
  for (auto& [path, pod] : pods_) {
    auto [ns, name] = split(path);
    out.push_back({std::string(ns), std::string(name)});
  }
  return out;
}

std::vector<std::string> node_graph::volumes() const {
  std::vector<std::string> out;
  for (auto& [name, volume] : volumes_) out.push_back(name);
  return out;
}

} // namespace troupe::policies::authorization
