#include "actors/gate/references.hpp"
#include "actors/base/error.hpp"
#include "actors/mirror/apply.hpp"
#include "actors/mirror/dated.hpp"
#include "actors/mirror/node_graph.hpp"
#include <algorithm>
#include <caf/actor_cast.hpp>
#include <caf/send.hpp>
#include <chrono>
#include <memory>
#include <utility>

namespace troupe::actors::gate {

namespace {

using policies::authorization::related;

constexpr std::string_view pods = "pods", volumes = "persistentvolumes", mirror_prefix = "mirror/";
constexpr auto read_timeout = caf::timespan{std::chrono::seconds(4)};

} // namespace

references_state::references_state(self_pointer s)
  : self(s), graph([this](const graph_change& c) { related(c); }) {
  for (std::string_view type : {"secrets", "configmaps", "persistentvolumeclaims", "persistentvolumes"})
    types[std::string(type)].kind = *policies::authorization::related_kind(type);
}

void references_state::peer_changed(const std::string& role, const caf::strong_actor_ptr& player) {
  if (!role.starts_with(mirror_prefix)) return;
  sources[role.substr(mirror_prefix.size())] = player;
  // What was known stays valid until the next mirror brings everything anew.
  if (player)
    self->send(caf::actor_cast<mirror::mirror_actor>(player), watch_atom::value, caf::actor_cast<caf::actor>(self),
               std::string{});
}

void references_state::changed(const mirror::update& u) {
  auto& type = u.type.resource;
  if (!u.type.group.empty()) return;
  // The objects come first: one that is made and used in the same moment is then there when it comes into use.
  if (types.contains(type)) objects_changed(u);
  if (type == pods || type == volumes) relate(u);
  flush();
}

/// Takes the changes of pods and volumes into the graph.
void references_state::relate(const mirror::update& u) {
  mirror::apply(graph, u);
  if (!synced.insert(u.type.resource).second) return;
  for (auto& [type, entry] : types) greet(type);
}

/// An object came into use on a node, or out of it.
void references_state::related(const graph_change& c) {
  for (auto& [type, entry] : types) {
    if (entry.kind != c.kind || !ready(type)) continue;
    if (entry.subscribers.find(c.node) == entry.subscribers.end()) return;
    object_handle object{entry.objects.find({std::string(c.ns), std::string(c.name)})};
    if (!object) return;
    auto& out = entry.pending[std::string(c.node)];
    out.push_back(c.gained ? mirror::change{{}, object} : mirror::change{object, {}});
  }
}

void references_state::objects_changed(const mirror::update& u) {
  auto& entry = types.find(u.type.resource)->second;
  std::vector<mirror::change> fresh;
  if (u.replace) {
    // A new mirror brings everything: what is different is a change.
    api::object_table next;
    mirror::apply(next, u);
    for (auto& [key, before] : entry.objects.all())
      if (!next.find(key)) fresh.push_back({before, {}});
    for (auto& [key, after] : next.all())
      if (auto before = entry.objects.find(key); !before || before->revision() != after->revision())
        fresh.push_back({before, after});
    entry.objects = std::move(next);
  } else {
    mirror::apply(entry.objects, u);
  }
  entry.revision = u.revision;
  if (ready(u.type.resource))
    for (auto& c : u.replace ? fresh : u.changes) {
      auto& any = c.after ? c.after : c.before;
      if (!any) continue;
      for (auto node : graph.nodes_of(entry.kind, any->ns(), any->name()))
        if (entry.subscribers.find(node) != entry.subscribers.end()) entry.pending[std::string(node)].push_back(c);
    }
  if (!std::exchange(entry.synced, true)) greet(u.type.resource);
}

/// Sends what the turn has gathered: one message for each node and type.
void references_state::flush() {
  for (auto& [type, entry] : types) {
    for (auto& [node, changes] : entry.pending) {
      auto to = entry.subscribers.find(node);
      if (to == entry.subscribers.end()) continue;
      auto message = share(mirror::update{{"", type}, false, entry.revision, std::move(changes)});
      for (auto& s : to->second) caf::anon_send(s, changed_atom::value, message);
    }
    entry.pending.clear();
  }
}

bool references_state::ready(const std::string& type) const {
  auto found = types.find(type);
  return found != types.end() && found->second.synced && synced.contains(std::string(pods)) &&
         synced.contains(std::string(volumes));
}

/// Sends the first update to those who came before the mirrors.
void references_state::greet(const std::string& type) {
  if (!ready(type)) return;
  auto& entry = types.find(type)->second;
  entry.pending.clear();
  for (auto& [node, list] : entry.subscribers)
    for (auto& subscriber : list) send_first(type, subscriber, node);
}

void references_state::send_first(const std::string& type, const caf::actor& subscriber, const std::string& node) {
  auto& entry = types.find(type)->second;
  mirror::update first{{"", type}, true, entry.revision, {}};
  for (auto& key : graph.seen_by(node, entry.kind))
    if (object_handle object{entry.objects.find(key)}) first.changes.push_back({{}, std::move(object)});
  caf::anon_send(subscriber, changed_atom::value, share(std::move(first)));
}

void references_state::subscribe(const std::string& type, const caf::actor& subscriber, const std::string& node) {
  auto found = types.find(type);
  if (found == types.end() || !subscriber) return;
  self->monitor(subscriber);
  found->second.subscribers[node].push_back(subscriber);
  if (ready(type)) send_first(type, subscriber, node);
}

caf::result<std::int64_t> references_state::read(const std::string& type, std::int64_t at_least) {
  auto unavailable = [&] { return make_error(errc::unavailable, "references of " + type); };
  auto objects = caf::actor_cast<mirror::dated_mirror_actor>(sources[type]),
       bound = caf::actor_cast<mirror::dated_mirror_actor>(sources[std::string(pods)]);
  if (!ready(type) || !objects || !bound) return unavailable();
  auto promise = self->make_response_promise<std::int64_t>();
  auto fail = [=](caf::error& e) mutable { promise.deliver(std::move(e)); };
  // Mirrors send their updates before they answer, so all that is asked for has been passed on by then.
  self->request(bound, read_timeout, read_atom::value, at_least)
      .then(
          [=, this](std::int64_t) {
            self->request(objects, read_timeout, read_atom::value, at_least)
                .then([=](std::int64_t revision) mutable { promise.deliver(revision); }, fail);
          },
          fail);
  return promise;
}

void references_state::down(const caf::actor_addr& who) {
  for (auto& [type, entry] : types)
    for (auto at = entry.subscribers.begin(); at != entry.subscribers.end();) {
      std::erase_if(at->second, [&](auto& s) { return s.address() == who; });
      at = at->second.empty() ? entry.subscribers.erase(at) : std::next(at);
    }
}

references_actor::behavior_type references(references_state::self_pointer self, directory::directory_actor directory) {
  self->set_down_handler([=](caf::down_msg& down) { self->state.down(down.source); });
  auto follow = [&](const std::string& type) {
    self->send(directory, watch_atom::value, "mirror/" + type, caf::actor_cast<caf::actor>(self));
  };
  follow(std::string(pods));
  for (auto& [type, entry] : self->state.types) follow(type);
  self->send(directory, offer_atom::value, std::string("references"), caf::actor_cast<caf::strong_actor_ptr>(self));
  return {
      [=](watch_atom, const std::string& type, const caf::actor& subscriber, const std::string& node) {
        self->state.subscribe(type, subscriber, node);
      },
      [=](read_atom, const std::string& type, std::int64_t at_least) { return self->state.read(type, at_least); },
      [=](changed_atom, const shared<mirror::update>& u) { self->state.changed(*u); },
      [=](peer_atom, const std::string& role, const caf::strong_actor_ptr& player) {
        self->state.peer_changed(role, player);
      },
  };
}

} // namespace troupe::actors::gate
