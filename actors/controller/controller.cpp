#include "actors/controller/controller.hpp"
#include "actors/mirror/apply.hpp"
#include <caf/actor_cast.hpp>
#include <caf/actor_clock.hpp>
#include <spdlog/spdlog.h>

/// The loop: mirrors fill the queue, the queue feeds plans.
namespace troupe::actors::controller {

const api::object_table& tables::of(const api::group_resource& type) const {
  static const api::object_table none;
  auto found = all_.find(type);
  return found == all_.end() ? none : found->second;
}

void controller_state::changed(const mirror::update& u) {
  auto& table = view.of(u.type);
  auto add = [this](const api::object_key& key) { queue.add(key); };
  // What goes is told before the table forgets it, what comes after the table knows it: plans look things up.
  for (auto& c : u.changes)
    if (!c.after) what.keys(u.type, c, view, add);
  mirror::apply(table, u);
  for (auto& c : u.changes)
    if (c.after) what.keys(u.type, c, view, add);
  seen.insert(u.type);
  check_echoes();
  pump();
}

void controller_state::pump() {
  if (!synced() || !api) return;
  while (jobs.size() < what.in_work_max) {
    auto key = queue.take(self->clock().now());
    if (!key) break;
    begin(*key);
  }
  arm_timer();
}

void controller_state::arm_timer() {
  auto due = queue.next_due();
  if (!due || (armed && *armed <= *due)) return;
  armed = due;
  auto delay = std::max(*due - self->clock().now(), policies::queueing::duration{0});
  self->delayed_send(self, std::chrono::duration_cast<caf::timespan>(delay), tick_atom::value);
}

void controller_state::begin(const api::object_key& key) {
  job j;
  j.plan = what.plan(view, key, env->now());
  j.round = ++rounds;
  for (auto& e : j.plan.events) record(e, {}, {});
  if (!j.plan.batches.empty())
    spdlog::debug("controller: plan name={} key={} reason=\"{}\"", what.name, key.text(), j.plan.reason);
  jobs[key] = std::move(j);
  run_next_batch(key);
}

caf::behavior controller(controller_state::self_pointer self, binding what, environment_ptr env,
                         directory::directory_actor directory, controller_config config) {
  auto& s = self->state;
  s.what = std::move(what);
  s.env = std::move(env);
  s.config = config;
  s.queue = policies::queueing::retry_queue<api::object_key>(config.retry);
  auto me = caf::actor_cast<caf::actor>(self);
  self->send(directory, watch_atom::value, std::string("apiserver"), me);
  self->send(directory, watch_atom::value, std::string("events"), me);
  for (auto& type : s.what.types) self->send(directory, watch_atom::value, "mirror/" + type.text(), me);
  return {
    [=](changed_atom, const shared<mirror::update>& u) { self->state.changed(*u); },
    [=](peer_atom, const std::string& role, const caf::strong_actor_ptr& player) {
      auto& state = self->state;
      if (role == "apiserver") {
        state.api = caf::actor_cast<apiserver::apiserver_actor>(player);
        state.pump();
      } else if (role == "events") {
        state.recorder = caf::actor_cast<events::recorder_actor>(player);
      } else if (player) {
        self->send(caf::actor_cast<mirror::mirror_actor>(player), watch_atom::value, me, std::string{});
      }
    },
    [=](tick_atom) {
      self->state.armed.reset();
      self->state.pump();
    },
    [=](cancel_atom, const std::string& ns, const std::string& object_name, std::uint64_t round) {
      auto& state = self->state;
      auto found = state.jobs.find({ns, object_name});
      if (found != state.jobs.end() && found->second.round == round && !found->second.echoes.empty())
        state.release({ns, object_name});
    },
  };
}

} // namespace troupe::actors::controller
