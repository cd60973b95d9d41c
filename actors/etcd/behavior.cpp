#include "actors/etcd/front.hpp"
#include "actors/etcd/sessions.hpp"

namespace troupe::actors::etcd {

front_state::front_state() = default;
front_state::~front_state() = default;

front_actor::behavior_type etcd_front(stateful<front_state, front_actor::base>* self, store::local_store_actor store,
                                      environment_ptr environment, front_config config) {
  self->monitor(store);
  self->set_down_handler([self](caf::down_msg& m) { self->quit(std::move(m.reason)); });
  self->state.core = std::make_unique<front>(self, std::move(store), std::move(environment), std::move(config));
  auto* core = self->state.core.get();
  core->tick();
  return {[core](call_atom, const incoming& m) { core->take(m); },
          [core](call_atom, const arrived& m) { core->take(m); },
          [core](open_atom, const opened& m) { core->open(m); },
          [core](tick_atom) { core->tick(); }};
}

void front::open(const opened& m) {
  session_dependencies with{store_, environment_, caf::actor_cast<caf::actor>(front_actor(self_)), who_, config_};
  if (auto* watch = std::get_if<0>(&m.stream)) self_->spawn(watch_session, with, *watch);
  else if (auto* keepalive = std::get_if<1>(&m.stream)) self_->spawn(keepalive_session, with, *keepalive);
  else self_->spawn(snapshot_session, with, std::get<2>(m.stream));
}

} // namespace troupe::actors::etcd
