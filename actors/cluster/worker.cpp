#include "actors/cluster/worker.hpp"
#include "actors/cluster/control_plane.hpp"
#include "actors/gate/gate.hpp"
#include "actors/mirror/state.hpp"
#include <caf/actor_cast.hpp>

namespace troupe::actors::cluster {

namespace {

using supervisor::child_spec;

struct greeter_state {
  static inline const char* name = "greeter";
};

/// Waits for the first control-plane node that answers.
caf::behavior greeter(stateful<greeter_state>* self, directory::directory_actor directory,
                      std::function<void()> connected) {
  self->send(directory, watch_atom::value, std::string("apiserver"), caf::actor_cast<caf::actor>(self));
  return {[=](peer_atom, const std::string&, const caf::strong_actor_ptr& player) {
    if (!player) return;
    connected();
    self->quit();
  }};
}

} // namespace

std::vector<child_spec> worker(const worker_parts& p) {
  std::vector<child_spec> out;
  for (auto& type : gate::worker_types())
    out.push_back({.name = "mirror/" + type.text(), .make = [p, type](caf::event_based_actor* parent) {
                     mirror::mirror_config config;
                     config.type = type;
                     return caf::actor_cast<caf::actor>(parent->spawn(mirror::mirror, std::move(config), p.directory));
                   }});
  out.push_back(event_recorder(p.env, p.directory, p.recorder));
  out.push_back({.name = "greeter", .make = [p](caf::event_based_actor* parent) {
                   return caf::actor(parent->spawn(greeter, p.directory, p.connected));
                 },
                 .restart = {.rule = policies::supervision::restart_rule::on_failure}});
  return out;
}

} // namespace troupe::actors::cluster
