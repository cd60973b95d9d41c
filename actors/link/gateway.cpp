#include "actors/link/gateway.hpp"
#include "policies/cluster/reach.hpp"
#include <spdlog/spdlog.h>

namespace troupe::actors::link {

namespace {
constexpr std::size_t role_bytes_max = 512, nodes_max = 10'000;
} // namespace

void gateway_state::hello(std::uint32_t protocol, const caf::actor& other) {
  if (!other) return;
  if (protocol == link_protocol) return self->send(links, met_atom::value, link, other);
  spdlog::error("link: protocol_unknown node={} name={} theirs={} ours={} remedy=\"run the same version on all nodes\"",
                peer.id, peer.name, protocol, link_protocol);
  self->send(links, close_atom::value, link);
}

void gateway_state::offered(const std::string& role, const caf::strong_actor_ptr& player) {
  auto sender = self->current_sender();
  if (role.size() > role_bytes_max || !policies::cluster::may_offer(peer, role) ||
      (player && (!sender || player->node() != sender->node()))) { // Nobody speaks for a third node.
    spdlog::warn("link: offer_refused node={} role={}", peer.id, role.substr(0, role_bytes_max));
    return;
  }
  self->send(directory, offer_atom::value, role, player, peer.id);
}

void gateway_state::told(const shared<roster>& nodes) {
  if (own.control_plane || !peer.control_plane || !nodes || nodes->size() > nodes_max) return;
  self->send(links, roster_atom::value, nodes);
}

caf::behavior gateway(gateway_state::self_pointer self, std::uint64_t link, policies::cluster::node_identity own,
                      policies::cluster::node_identity peer, links_actor links, directory::directory_actor directory) {
  auto& s = self->state;
  s.link = link;
  s.own = std::move(own);
  s.peer = std::move(peer);
  s.links = std::move(links);
  s.directory = std::move(directory);
  return {
    [=](hello_atom, std::uint32_t protocol, const caf::actor& other) { self->state.hello(protocol, other); },
    [=](offer_atom, const std::string& role, const caf::strong_actor_ptr& player) {
      self->state.offered(role, player);
    },
    [=](roster_atom, const shared<roster>& nodes) { self->state.told(nodes); },
  };
}

} // namespace troupe::actors::link
