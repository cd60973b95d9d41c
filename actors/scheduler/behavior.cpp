#include "actors/apiserver/client.hpp"
#include "actors/scheduler/scheduler.hpp"

namespace troupe::actors::scheduler {

const apiserver::user& identity() {
  static const auto who = apiserver::component("system:kube-scheduler");
  return who;
}

void scheduler_state::wake() {
  if (run_sent || !api || !pods_known || !nodes_known || writes >= config.writes_max) return;
  run_sent = true;
  self->send(self, run_atom::value);
}

void scheduler_state::run() {
  run_sent = false;
  if (!api || !pods_known || !nodes_known) return;
  auto now = self->clock().now();
  for (std::size_t tried = 0; tried < config.batch_max && writes < config.writes_max; ++tried) {
    auto pod = queue.take(now);
    if (!pod) break;
    place(pod);
  }
  if (queue.active() != 0) wake();
  arm();
}

void scheduler_state::arm() {
  auto due = queue.next_due();
  if (!due || (timer_due && *timer_due <= *due)) return;
  timer_due = due;
  auto now = self->clock().now();
  auto delay = *due > now ? *due - now : policies::queueing::duration::zero();
  self->delayed_send(self, caf::timespan(delay), tick_atom::value, ++timer);
}

scheduler_actor::behavior_type scheduler(scheduler_state::self_pointer self, environment_ptr env,
                                         directory::directory_actor dir, scheduler_config config) {
  auto& s = self->state;
  s.env = std::move(env);
  s.config = std::move(config);
  s.chance = s.env->random();
  s.queue = policies::scheduling::scheduling_queue(s.config.queue);
  s.how = policies::scheduling::algorithm(policies::scheduling::default_plugins(), s.config.search);
  for (auto* role : {"apiserver", "events", "mirror/nodes", "mirror/pods"})
    self->send(dir, watch_atom::value, std::string(role), caf::actor_cast<caf::actor>(self));
  return {
      [self](changed_atom, const shared<mirror::update>& u) { self->state.changed(*u); },
      [self](peer_atom, const std::string& role, const caf::strong_actor_ptr& player) {
        self->state.peer(role, player);
      },
      [self](run_atom) { self->state.run(); },
      [self](tick_atom, std::uint64_t timer) {
        if (timer != self->state.timer) return;
        self->state.timer_due.reset();
        self->state.run();
      },
  };
}

} // namespace troupe::actors::scheduler
