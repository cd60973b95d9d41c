#include "actors/base/error.hpp"
#include "actors/base/spawn.hpp"
#include "actors/kubelet/http_fetch.hpp"
#include "actors/kubelet/prober.hpp"
#include <caf/actor_system.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <vector>

namespace troupe::actors::kubelet {

namespace {

struct prober_worker_state {
  static inline const char* name = "prober_worker";
};
prober_actor::behavior_type prober_worker(stateful<prober_worker_state, prober_actor::base>*) {
  return {[](http_atom, const shared<network_check>& c) { return carry_out(*c); }};
}

struct socket_prober_state {
  static inline const char* name = "socket_prober";
  std::vector<prober_actor> workers;
  std::size_t next = 0;
};
prober_actor::behavior_type socket_prober(stateful<socket_prober_state, prober_actor::base>* self,
                                          std::vector<prober_actor> workers) {
  self->state.workers = std::move(workers);
  for (auto& w : self->state.workers) self->link_to(w); // They are one thing: without it they would never end.
  return {[self](http_atom a, const shared<network_check>& c) {
    auto& s = self->state;
    s.next = (s.next + 1) % s.workers.size();
    return self->delegate(s.workers[s.next], a, c);
  }};
}

} // namespace

prober_actor spawn_socket_prober(caf::actor_system& system, const environment& env, std::size_t workers) {
  std::vector<prober_actor> all;
  for (std::size_t i = 0; i < std::max<std::size_t>(1, workers); ++i)
    all.push_back(spawn_blocking(system, env, prober_worker));
  return system.spawn(socket_prober, std::move(all));
}

} // namespace troupe::actors::kubelet
