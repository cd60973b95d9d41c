#include "actors/inspector/inspector.hpp"
#include <caf/actor_cast.hpp>
#include <caf/send.hpp>
#include <spdlog/spdlog.h>

namespace troupe::actors::inspector {

namespace {

std::string role_of(std::uint64_t node) { return std::string(inspector_role) + "/" + std::to_string(node); }

} // namespace

void inspector_state::roster_changed(const roster& all) {
  std::map<std::uint64_t, std::string> fresh;
  masters.clear();
  for (auto& n : all) {
    if (n.removed) continue;
    fresh.emplace(n.id, n.name);
    if (n.control_plane) masters.insert(n.id);
  }
  fresh.insert_or_assign(config.node_id, config.node_name);
  for (auto& [id, called] : fresh)
    if (id != config.node_id && !nodes.contains(id))
      self->send(directory, watch_atom::value, role_of(id), caf::actor_cast<caf::actor>(self));
  std::erase_if(peers, [&](auto& p) { return !fresh.contains(p.first); });
  nodes = std::move(fresh);
}

void inspector_state::peer_changed(const std::string& role, const caf::strong_actor_ptr& player) {
  if (role == "store/0") {
    store = caf::actor_cast<caf::actor>(player);
  } else if (role == "shards") {
    shards = caf::actor_cast<caf::actor>(player);
  } else if (role == "roster") {
    if (player)
      caf::anon_send(caf::actor_cast<caf::actor>(player), watch_atom::value, caf::actor_cast<caf::actor>(self));
  } else {
    for (auto& [id, called] : nodes)
      if (role == role_of(id)) peers[id] = caf::actor_cast<inspector_actor>(player);
  }
}

inspector_actor::behavior_type inspector(inspector_state::self_pointer self, directory::directory_actor directory,
                                         inspector_config config) {
  auto& s = self->state;
  s.directory = directory;
  s.config = std::move(config);
  s.nodes.emplace(s.config.node_id, s.config.node_name);
  auto me = caf::actor_cast<caf::actor>(self);
  for (auto role : {"store/0", "shards", "roster"}) self->send(directory, watch_atom::value, std::string(role), me);
  self->send(directory, watch_atom::value, me);
  for (auto& role : {std::string(inspector_role), role_of(s.config.node_id)})
    self->send(directory, offer_atom::value, role, caf::actor_cast<caf::strong_actor_ptr>(self));
  return {
    [=](http_atom, const apiserver::http_exchange_ptr& x, const apiserver::user& who) { self->state.serve(x, who); },
    [=](call_atom, const std::string& question) -> caf::result<std::string> {
      if (auto& asker = self->current_sender(); !self->state.trusts(asker)) {
        spdlog::warn("inspector: refused asker={}", caf::to_string(asker));
        return api::json::serialize(api::json::object{{"error", "it answers control-plane nodes only"}});
      }
      auto promise = self->make_response_promise<std::string>();
      boost::system::error_code error;
      auto asked = api::json::parse(question, error);
      auto* o = error ? nullptr : asked.if_object();
      self->state.answer(o ? *o : api::json::object(),
                         [=](const api::json::object& a) mutable { promise.deliver(api::json::serialize(a)); });
      return promise;
    },
    [=](roster_atom, const shared<roster>& all) { self->state.roster_changed(*all); },
    [=](peer_atom, const std::string& role, const caf::strong_actor_ptr& player) {
      self->state.peer_changed(role, player);
    },
    [=](tick_atom, const std::string& session, std::uint64_t asked) { self->state.end_if_forgotten(session, asked); },
    [=](offer_atom, const std::string& role, const caf::strong_actor_ptr& player) {
      if (player) self->state.roles[role] = player->id();
      else self->state.roles.erase(role);
    },
  };
}

} // namespace troupe::actors::inspector
