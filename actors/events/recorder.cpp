#include "actors/events/recorder.hpp"
#include "actors/apiserver/client.hpp"
#include <caf/send.hpp>

namespace troupe::actors::events {

namespace {
const apiserver::resource_path events_path{"", "v1", "events"};

api::object_key key_of(const api::json::object& event) {
  return {std::string(api::string_at(event, {"metadata", "namespace"})),
          std::string(api::string_at(event, {"metadata", "name"}))};
}
} // namespace

void recorder_state::record(const report& r) {
  if (waiting.size() >= config.waiting_max) {
    ++dropped;
    return;
  }
  auto write = correlator.observe(r.what, env->now());
  if (!write) return;
  waiting.push_back({r.who, std::move(*write), 0});
  push();
}

void recorder_state::push() {
  while (api && in_flight < config.in_flight_max && !waiting.empty() && !retry_armed) {
    auto next = std::move(waiting.front());
    waiting.pop_front();
    send(std::move(next));
  }
}

void recorder_state::send(pending p) {
  ++in_flight;
  auto& event = p.write.event;
  auto call = p.write.repeat
                ? apiserver::merge_patch(p.who, events_path, key_of(event), policies::node::event_patch(event))
                : apiserver::create(p.who, events_path, event);
  auto job = std::make_shared<pending>(std::move(p));
  self->request(api, config.call_timeout, call_atom::value, call)
    .then(
      [this, job](const shared<apiserver::reply>& reply) {
        --in_flight;
        finished(*job, *reply);
        push();
      },
      [this, job](caf::error&) {
        --in_flight;
        failed(*job);
      });
}

void recorder_state::finished(pending& p, const apiserver::reply& reply) {
  if (reply.ok()) return;
  if (reply.code == 404 && p.write.repeat) { // The Event has expired: begin a new one under its name.
    p.write.repeat = false;
    waiting.push_front(std::move(p));
  } else if (reply.code == 429 || reply.code >= 500) {
    failed(p);
  } // Anything else would fail again: a namespace that is being deleted, an object that is not valid.
}

void recorder_state::failed(pending& p) {
  if (++p.tries >= config.tries_max) {
    ++dropped;
    return;
  }
  waiting.push_front(std::move(p));
  if (retry_armed) return;
  retry_armed = true;
  self->delayed_send(self, config.retry_after, retry_atom::value);
}

recorder_actor::behavior_type recorder(recorder_state::self_pointer self, environment_ptr env,
                                       directory::directory_actor dir, recorder_config config) {
  auto& s = self->state;
  s.env = std::move(env);
  s.config = config;
  self->send(dir, watch_atom::value, std::string("apiserver"), caf::actor_cast<caf::actor>(self));
  return {
    [self](event_atom, const shared<report>& r) { self->state.record(*r); },
    [self](peer_atom, const std::string&, const caf::strong_actor_ptr& player) {
      self->state.api = caf::actor_cast<apiserver::apiserver_actor>(player);
      self->state.push();
    },
    [self](retry_atom) {
      self->state.retry_armed = false;
      self->state.push();
    },
  };
}

void record(const recorder_actor& to, const apiserver::user& who, std::string_view component, std::string_view host,
            const api::object& object, bool warning, std::string_view reason, std::string message,
            std::string_view field_path) {
  if (!to) return;
  report r{who,
           {policies::node::reference_to(object, field_path), warning, std::string(reason), std::move(message),
            std::string(component), std::string(host)}};
  caf::anon_send(to, event_atom::value, share(std::move(r)));
}

} // namespace troupe::actors::events
