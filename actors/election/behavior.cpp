#include "actors/election/election.hpp"
#include "actors/base/atoms.hpp"
#include "policies/cluster/node_record.hpp"
#include <caf/actor_cast.hpp>

namespace troupe::actors::election {

caf::behavior election(election_state::self_pointer self, environment_ptr env, directory::directory_actor directory,
                       election_config config) {
  auto& s = self->state;
  s.env = std::move(env);
  s.directory = directory;
  s.config = std::move(config);
  s.elector.emplace(s.config.rules);
  self->set_down_handler([=](caf::down_msg& msg) { self->state.group_down(msg); });
  self->set_exit_handler([=](caf::exit_msg& msg) {
    if (msg.reason == caf::exit_reason::kill) return self->quit(msg.reason);
    self->state.stop();
  });
  for (auto* role : {"apiserver", "mirror/leases.coordination.k8s.io", "roster"})
    self->send(directory, watch_atom::value, std::string(role), caf::actor_cast<caf::actor>(self));
  return {
    [=](peer_atom, const std::string& role, const caf::strong_actor_ptr& player) { self->state.peer(role, player); },
    [=](changed_atom, const shared<mirror::update>& u) { self->state.changed(*u); },
    [=](roster_atom, const shared<std::vector<policies::cluster::node_record>>& nodes) { self->state.roster(*nodes); },
    // The Lease was not given back in time: it runs out by itself.
    [=](cancel_atom) { self->quit(); },
    [=](tick_atom, std::uint64_t of) {
      if (of == self->state.timer) self->state.turn();
    },
  };
}

} // namespace troupe::actors::election
