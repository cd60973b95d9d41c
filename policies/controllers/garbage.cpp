#include "policies/controllers/garbage.hpp"
#include "policies/controllers/owner.hpp"
#include <algorithm>

namespace troupe::policies::controllers {

namespace {

using api::array_at, api::bool_at, api::string_at;
using node = owner_graph::node;

constexpr std::string_view foreground_finalizer = "foregroundDeletion";
constexpr std::string_view orphan_finalizer = "orphan";

bool has_finalizer(const api::object& object, std::string_view finalizer) {
  auto* list = array_at(object.metadata(), {"finalizers"});
  return list && std::ranges::any_of(*list, [&](auto& f) {
           auto* text = f.if_string();
           return text && std::string_view(*text) == finalizer;
         });
}

/// Being deleted in the foreground: it waits for its dependents.
bool waits_for_dependents(const api::object& object) {
  return object.deleting() && has_finalizer(object, foreground_finalizer);
}

std::vector<owner_reference> read_owners(const api::object& object) {
  std::vector<owner_reference> out;
  if (auto* list = array_at(object.metadata(), {"ownerReferences"}))
    for (auto& o : *list)
      out.push_back({std::string(string_at(o, {"apiVersion"})), std::string(string_at(o, {"kind"})),
                     std::string(string_at(o, {"name"})), std::string(string_at(o, {"uid"})),
                     bool_at(o, {"blockOwnerDeletion"})});
  return out;
}

step without_finalizer(const node& n, std::string_view finalizer) {
  auto body = editable(*n.object);
  if (auto* value = api::ensure_object(body, {"metadata"}).if_contains("finalizers"))
    if (auto* list = value->if_array()) {
      auto is_it = [&](auto& f) { return f.is_string() && std::string_view(f.get_string()) == finalizer; };
      list->erase(std::remove_if(list->begin(), list->end(), is_it), list->end());
    }
  return update(n.type, std::move(body));
}

step without_owners(const node& n, const std::vector<std::string>& uids) {
  auto body = editable(*n.object);
  for (auto& uid : uids) drop_owner(body, uid);
  return update(n.type, std::move(body));
}

/// No reference blocks any more: breaks a circle of objects that wait for each other.
step without_blocking(const node& n) {
  auto body = editable(*n.object);
  if (auto* value = api::ensure_object(body, {"metadata"}).if_contains("ownerReferences"))
    for (auto& o : value->as_array())
      if (auto* reference = o.if_object()) (*reference)["blockOwnerDeletion"] = false;
  return update(n.type, std::move(body));
}

step removal(const node& n, propagation policy) {
  auto s = remove(n.type, *n.object);
  s.policy = policy;
  return s;
}

/// A namespaced owner must be in the dependent's namespace; elsewhere it does not exist.
const node* find_owner(const owner_graph& graph, const node& dependent, const std::string& uid) {
  auto* owner = graph.find(uid);
  bool reachable = owner && (owner->object->ns().empty() || owner->object->ns() == dependent.object->ns());
  return reachable ? owner : nullptr;
}

bool blocks(const node& dependent, std::string_view owner_uid) {
  return std::ranges::any_of(dependent.owners,
                             [&](auto& o) { return o.uid == owner_uid && o.blocks_owner_deletion; });
}

void finish_foreground(const garbage_view& view, const node& n, plan& out) {
  auto dependents = view.graph.dependents(n.object->uid());
  if (std::ranges::any_of(dependents, [&](auto* d) { return blocks(*d, n.object->uid()); })) return;
  out.then(without_finalizer(n, foreground_finalizer));
  out.reason = "no dependent blocks the owner any more";
}

void release_dependents(const garbage_view& view, const node& n, plan& out) {
  batch releases;
  for (auto* d : view.graph.dependents(n.object->uid()))
    releases.push_back(without_owners(*d, {std::string(n.object->uid())}));
  out.then(std::move(releases));
  out.then(without_finalizer(n, orphan_finalizer));
  out.reason = "releases the dependents of an owner";
}

/// The owners of an object by what became of them.
struct owners {
  int solid = 0;
  std::vector<std::string> gone, waiting;
  std::vector<owner_reference> unknown;
};

owners classify(const garbage_view& view, const node& n) {
  owners out;
  for (auto& reference : n.owners) {
    if (auto* owner = find_owner(view.graph, n, reference.uid)) {
      if (waits_for_dependents(*owner->object)) out.waiting.push_back(reference.uid);
      else ++out.solid;
    } else if (view.absent.contains(reference.uid)) {
      out.gone.push_back(reference.uid);
    } else {
      out.unknown.push_back(reference);
    }
  }
  return out;
}

void collect(const garbage_view& view, const node& n, const owners& o, plan& out) {
  if (o.solid > 0) {
    auto lost = o.gone;
    lost.insert(lost.end(), o.waiting.begin(), o.waiting.end());
    if (!lost.empty()) out.then(without_owners(n, lost));
    return;
  }
  auto dependents = view.graph.dependents(n.object->uid());
  if (!o.waiting.empty() && !dependents.empty()) {
    if (std::ranges::any_of(dependents, [](auto* d) { return waits_for_dependents(*d->object); }))
      out.then(without_blocking(n));
    out.then(removal(n, propagation::foreground));
    out.reason = "its owner waits for it";
    return;
  }
  auto policy = has_finalizer(*n.object, orphan_finalizer)       ? propagation::orphan
                : has_finalizer(*n.object, foreground_finalizer) ? propagation::foreground
                                                                 : propagation::background;
  out.then(removal(n, policy));
  out.reason = "no owner is left";
}

} // namespace

void owner_graph::unlink(const node& n) {
  for (auto& owner : n.owners) {
    auto found = dependents_.find(owner.uid);
    if (found == dependents_.end()) continue;
    found->second.erase(std::string(n.object->uid()));
    if (found->second.empty()) dependents_.erase(found);
  }
}

std::vector<std::string> owner_graph::put(const api::group_resource& type, api::object_ptr object) {
  std::string uid(object->uid());
  auto [at, added] = nodes_.try_emplace(uid);
  std::vector<owner_reference> before;
  if (!added) {
    unlink(at->second);
    before = std::move(at->second.owners);
  }
  at->second = {type, object, read_owners(*object)};
  for (auto& owner : at->second.owners) dependents_[owner.uid].insert(uid);
  std::vector<std::string> out;
  // An owner that the object no longer has, or no longer blocks, may have waited for it.
  for (auto& owner : before)
    if (owner.blocks_owner_deletion && !blocks(at->second, owner.uid)) out.push_back(owner.uid);
  if (!at->second.owners.empty() || object->deleting()) out.push_back(uid);
  // An owner that starts to wait makes its dependents garbage.
  if (object->deleting())
    if (auto found = dependents_.find(uid); found != dependents_.end())
      out.insert(out.end(), found->second.begin(), found->second.end());
  return out;
}

std::vector<std::string> owner_graph::erase(const api::object& object) {
  // The graph may hold the last handle on the object.
  std::string uid(object.uid());
  auto found = nodes_.find(uid);
  if (found == nodes_.end()) return {};
  std::vector<std::string> out;
  // Owners in the foreground wait for this object.
  for (auto& owner : found->second.owners) out.push_back(owner.uid);
  unlink(found->second);
  nodes_.erase(found);
  if (auto d = dependents_.find(uid); d != dependents_.end())
    out.insert(out.end(), d->second.begin(), d->second.end());
  return out;
}

const node* owner_graph::find(std::string_view uid) const {
  auto found = nodes_.find(uid);
  return found == nodes_.end() ? nullptr : &found->second;
}

std::vector<const node*> owner_graph::dependents(std::string_view owner_uid) const {
  std::vector<const node*> out;
  if (auto found = dependents_.find(owner_uid); found != dependents_.end())
    for (auto& uid : found->second) out.push_back(find(uid));
  return out;
}

garbage_plan plan_garbage(const garbage_view& view, std::string_view uid) {
  garbage_plan out;
  auto* n = view.graph.find(uid);
  if (!n) return out;
  if (n->object->deleting()) {
    if (has_finalizer(*n->object, orphan_finalizer)) release_dependents(view, *n, out.steps);
    else if (has_finalizer(*n->object, foreground_finalizer)) finish_foreground(view, *n, out.steps);
    return out;
  }
  if (n->owners.empty()) return out;
  auto owners = classify(view, *n);
  out.verify = owners.unknown;
  if (out.verify.empty()) collect(view, *n, owners, out.steps);
  return out;
}

} // namespace troupe::policies::controllers
