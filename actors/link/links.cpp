#include "actors/link/links.hpp"
#include "actors/base/error.hpp"
#include "actors/link/gateway.hpp"
#include "policies/cluster/reach.hpp"
#include <algorithm>
#include <caf/actor_cast.hpp>
#include <caf/io/basp_broker.hpp>
#include <caf/io/middleman.hpp>
#include <caf/send.hpp>
#include <spdlog/spdlog.h>

namespace troupe::actors::link {

namespace {

using policies::cluster::node_identity;
using policies::cluster::node_record;

constexpr auto handshake_limit = std::chrono::seconds(3);

/// Does nothing but live: its end tells others that this process has ended.
struct presence_state { static inline const char* name = "presence"; };
caf::behavior presence(stateful<presence_state>*) {
  return {[](status_atom) { return true; }};
}

node_identity identity_of(const node_record& r) { return {r.id, r.name, r.control_plane}; }

} // namespace

const node_record* links_state::record_of(std::uint64_t node) const {
  if (!nodes) return nullptr;
  for (auto& r : *nodes)
    if (r.id == node) return &r;
  return nullptr;
}

links_state::peer_link* links_state::link_to(std::uint64_t node) {
  for (auto& [number, l] : links)
    if (l.peer.id == node) return &l;
  return nullptr;
}

void links_state::roster_changed(const shared<roster>& fresh) {
  if (!fresh || (nodes && *nodes == *fresh)) return;
  nodes = fresh;
  if (!config.roster_file.empty())
    if (auto ok = save_roster(config.roster_file, *nodes); !ok)
      spdlog::warn("link: roster_not_saved why=\"{}\"", ok.error());
  std::vector<std::uint64_t> strangers;
  for (auto& [number, l] : links)
    if (auto* r = record_of(l.peer.id); r && r->removed) strangers.push_back(number);
  for (auto number : strangers) drop(number, "the node was removed");
  for (auto& r : *nodes)
    if (!r.removed && policies::cluster::dials(config.self, identity_of(r))) dial(r.id);
  for (auto& [number, l] : links)
    if (l.other && config.self.control_plane && !l.peer.control_plane)
      caf::send_as(l.gateway, l.other, roster_atom::value, nodes);
}

void links_state::dial(std::uint64_t node) {
  auto* r = record_of(node);
  if (!r || r->removed || r->link_port == 0 || link_to(node)) return;
  auto& d = dials[node];
  if (std::exchange(d.under_way, true)) return;
  outside->dial(r->address, r->link_port, node);
}

void links_state::again(std::uint64_t node) {
  auto* r = record_of(node);
  if (!r || r->removed || !policies::cluster::dials(config.self, identity_of(*r))) return;
  auto& d = dials[node];
  d.under_way = false;
  auto limit = config.self.control_plane && r->control_plane ? config.voters_retry_max : config.retry_max;
  auto wait = std::min(limit, config.retry_min * (1 << std::min(d.failures, 10u)));
  ++d.failures;
  auto jitter = caf::timespan(std::uniform_int_distribution<std::int64_t>(0, wait.count() / 2)(*random));
  self->delayed_send(self, wait / 2 + jitter, retry_atom::value, node);
}

void links_state::dial_failed(const std::string& why, std::uint64_t node) {
  auto& d = dials[node];
  if (d.error != why) spdlog::info("link: not_reached node={} why=\"{}\"", node, why);
  d.error = why;
  again(node);
}

void links_state::opened(const net::link::channel_ptr& c, std::uint64_t dialed) {
  auto& subject = c->peer();
  auto peer = policies::cluster::identity_of({subject.common_name, subject.organizations, subject.dns_names});
  auto* record = peer ? record_of(peer->id) : nullptr;
  std::string_view wrong;
  if (!peer) wrong = "its certificate is not that of a node";
  else if (peer->id == config.self.id) wrong = "it has this node's own id";
  else if (record && record->removed) wrong = "it was removed from the cluster";
  else if (dialed != 0 && peer->id != dialed) wrong = "another node answers at that address";
  else if (dialed == 0 && !policies::cluster::dials(*peer, config.self)) wrong = "it is not for it to open this link";
  if (!wrong.empty()) {
    spdlog::warn("link: refused peer={} address={} why=\"{}\"", subject.common_name, c->address(), wrong);
    c->close();
    if (dialed != 0) dial_failed(std::string(wrong), dialed);
    return;
  }
  // A process that started anew is faster than the news of its end.
  if (auto* old = link_to(peer->id)) drop(old->number, "a new link took its place");
  auto number = ++last;
  auto& l = links[number];
  l.number = number;
  l.peer = *peer;
  l.connection = c;
  l.ids = std::make_shared<reachable>();
  l.gateway = self->spawn(gateway, number, config.self, *peer, links_actor(self), directory);
  l.ids->allow(l.gateway.id());
  auto fd = c->attach(judge_for(*peer, claims, l.ids),
                      [me = caf::actor_cast<caf::weak_actor_ptr>(self->ctrl()), number] {
                        if (auto to = caf::actor_cast<caf::actor>(me.lock()))
                          caf::anon_send(to, close_atom::value, number);
                      });
  if (!fd) return drop(number, fd.error());
  auto scribe = self->system().middleman().backend().new_scribe(*fd);
  if (dialed != 0) connect(l, std::move(scribe));
  else publish(l, std::move(scribe));
}

void links_state::publish(peer_link& l, caf::io::scribe_ptr scribe) {
  auto key = static_cast<std::uint16_t>(l.number % 65535 + 1);
  caf::anon_send(basp, caf::publish_atom::value, std::move(scribe), key,
                 caf::actor_cast<caf::strong_actor_ptr>(l.gateway), std::set<std::string>{});
}

void links_state::connect(peer_link& l, caf::io::scribe_ptr scribe) {
  self->request(basp, caf::timespan{handshake_limit}, caf::connect_atom::value, std::move(scribe), std::uint16_t{1})
    .then(
      [this, number = l.number](const caf::node_id&, const caf::strong_actor_ptr& other, const std::set<std::string>&) {
        auto found = links.find(number);
        if (found == links.end()) return;
        if (!other) return drop(number, "the peer has no gateway");
        auto gate = caf::actor_cast<caf::actor>(other);
        caf::send_as(found->second.gateway, gate, hello_atom::value, link_protocol, found->second.gateway);
        met(number, gate);
      },
      [this, number = l.number](caf::error& e) {
        auto found = links.find(number);
        if (found == links.end()) return;
        dials[found->second.peer.id].error = text_of(e);
        drop(number, text_of(e));
      });
}

void links_state::met(std::uint64_t link, const caf::actor& other) {
  auto found = links.find(link);
  if (found == links.end() || found->second.other) return;
  auto& l = found->second;
  l.other = other;
  l.connection->settled();
  self->monitor(other);
  auto& d = dials[l.peer.id];
  d = {};
  spdlog::info("link: up node={} name={} role={} address={}", l.peer.id, l.peer.name,
               l.peer.control_plane ? "control-plane" : "worker", l.connection->address());
  if (config.self.control_plane && !l.peer.control_plane) {
    if (config.make_gate) l.gate = config.make_gate(l.peer);
    if (nodes) caf::send_as(l.gateway, l.other, roster_atom::value, nodes);
  }
  offer_all(l);
}

void links_state::offer_all(peer_link& l) {
  for (auto& [role, player] : l.gate) offer(l, role, player);
  for (auto& [role, player] : own)
    if (policies::cluster::may_reach(config.self, l.peer, role)) offer(l, role, player);
}

void links_state::offer(peer_link& l, const std::string& role, const caf::strong_actor_ptr& player) {
  if (player) l.ids->allow(player->id());
  caf::send_as(l.gateway, l.other, offer_atom::value, role, player);
}

void links_state::own_role(const std::string& role, const caf::strong_actor_ptr& player) {
  own[role] = player;
  for (auto& [number, l] : links)
    if (l.other && policies::cluster::may_reach(config.self, l.peer, role)) offer(l, role, player);
  if (!player) own.erase(role);
}

void links_state::drop(std::uint64_t link, std::string_view why) {
  auto found = links.find(link);
  if (found == links.end()) return;
  auto l = std::move(found->second);
  links.erase(found);
  spdlog::info("link: down node={} name={} why=\"{}\"", l.peer.id, l.peer.name, why);
  l.connection->close();
  if (l.other) self->demonitor(l.other.address());
  self->send(directory, remove_atom::value, l.peer.id);
  for (auto& [role, player] : l.gate) caf::anon_send_exit(player, caf::exit_reason::user_shutdown);
  caf::anon_send(basp, caf::unpublish_atom::value, l.gateway.address(),
                 static_cast<std::uint16_t>(l.number % 65535 + 1));
  self->send_exit(l.gateway, caf::exit_reason::user_shutdown);
  again(l.peer.id);
}

void links_state::closed(std::uint64_t link) { drop(link, "the connection was closed"); }

void links_state::down(const caf::actor_addr& source) {
  for (auto& [number, l] : links)
    if (l.other && l.other.address() == source) return drop(number, "the peer is gone");
}

std::vector<link_view> links_state::views() const {
  std::vector<link_view> out;
  if (!nodes) return out;
  for (auto& r : *nodes) {
    if (r.id == config.self.id || r.removed) continue;
    link_view v{r.id, r.name, r.address + ":" + std::to_string(r.link_port), false, {}};
    for (auto& [number, l] : links) v.up = v.up || (l.peer.id == r.id && l.other);
    if (auto d = dials.find(r.id); d != dials.end()) v.error = d->second.error;
    out.push_back(std::move(v));
  }
  return out;
}

void links_state::stop() {
  outside->set({});
  self->send_exit(presence, caf::exit_reason::user_shutdown);
  for (auto& [number, l] : links) {
    l.connection->close();
    self->send_exit(l.gateway, caf::exit_reason::user_shutdown);
    for (auto& [role, player] : l.gate) caf::anon_send_exit(player, caf::exit_reason::user_shutdown);
  }
  links.clear();
}

links_actor::behavior_type links(links_state::self_pointer self, environment_ptr env,
                                 directory::directory_actor directory, std::shared_ptr<door> outside,
                                 links_config config) {
  auto& s = self->state;
  s.env = std::move(env);
  s.directory = std::move(directory);
  s.outside = std::move(outside);
  s.config = std::move(config);
  s.random = s.env->random();
  s.basp = self->system().middleman().named_broker<caf::io::basp_broker>(caf::atom("BASP"));
  s.claims = std::make_shared<claimed_ids>(wire_id(self->system()));
  s.presence = self->spawn(presence);
  self->set_down_handler([=](caf::down_msg& down) { self->state.down(down.source); });
  self->set_exit_handler([=](caf::exit_msg& m) {
    self->state.stop();
    self->quit(std::move(m.reason));
  });
  self->send(s.directory, offer_atom::value, "node/" + std::to_string(s.config.self.id),
             caf::actor_cast<caf::strong_actor_ptr>(s.presence));
  self->send(s.directory, watch_atom::value, caf::actor_cast<caf::actor>(self));
  self->send(s.directory, watch_atom::value, std::string("roster"), caf::actor_cast<caf::actor>(self));
  s.outside->set(links_actor(self));
  if (!s.config.roster_file.empty()) {
    auto known = load_roster(s.config.roster_file);
    if (!known) spdlog::warn("link: roster_not_read why=\"{}\"", known.error());
    else if (!known->empty()) s.roster_changed(share(std::move(*known)));
  }
  return {
    [=](roster_atom, const shared<roster>& nodes) { self->state.roster_changed(nodes); },
    [=](renew_atom, const net::link::credential& own) {
      if (auto ok = self->state.outside->renew(own); !ok) spdlog::error("link: not_renewed why=\"{}\"", ok.error());
    },
    [=](status_atom) { return self->state.views(); },
    [=](open_atom, const net::link::channel_ptr& c, std::uint64_t dialed) { self->state.opened(c, dialed); },
    [=](open_atom, const std::string& why, std::uint64_t node) { self->state.dial_failed(why, node); },
    [=](met_atom, std::uint64_t link, const caf::actor& gateway) { self->state.met(link, gateway); },
    [=](close_atom, std::uint64_t link) { self->state.closed(link); },
    [=](offer_atom, const std::string& role, const caf::strong_actor_ptr& player) {
      self->state.own_role(role, player);
    },
    [=](peer_atom, const std::string&, const caf::strong_actor_ptr& keeper) {
      if (keeper)
        caf::anon_send(caf::actor_cast<caf::actor>(keeper), watch_atom::value, caf::actor_cast<caf::actor>(self));
    },
    [=](retry_atom, std::uint64_t node) { self->state.dial(node); }};
}

} // namespace troupe::actors::link
