#include "actors/cluster/role_label.hpp"
#include "actors/apiserver/client.hpp"
#include "actors/base/error.hpp"
#include <algorithm>
#include <caf/actor_cast.hpp>
#include <spdlog/spdlog.h>

namespace troupe::actors::cluster {

void role_label_state::peer(const caf::strong_actor_ptr& player) {
  api = caf::actor_cast<apiserver::apiserver_actor>(player);
  delay = caf::timespan{0};
  if (api && !done) label();
}

void role_label_state::label() {
  const api::json::object patch{
    {"metadata", {{"labels", {{"node-role.kubernetes.io/control-plane", ""}}}}}};
  auto call = apiserver::merge_patch(apiserver::admin(), {"", "v1", "nodes"}, {"", config.node}, patch);
  auto of = ++attempt;
  self->request(api, config.call_timeout, call_atom::value, call)
    .then(
      [this, of](const shared<apiserver::reply>& r) {
        if (of != attempt) return;
        done = r->ok();
        if (done) return;
        // The kubelet registers it after it has seen this API server, too; a starting one answers 503.
        if (r->code != 404 && r->code != 503)
          spdlog::warn("role_label: refused code={} message=\"{}\"", r->code, r->message());
        retry();
      },
      [this, of](caf::error&) {
        if (of == attempt) retry();
      });
}

void role_label_state::retry() {
  delay = std::clamp(delay * 2, config.retry_delay, config.retry_delay_max);
  self->delayed_send(self, delay, tick_atom::value, attempt);
}

caf::behavior role_label(role_label_state::self_pointer self, directory::directory_actor directory,
                         role_label_config config) {
  self->state.config = std::move(config);
  self->send(directory, watch_atom::value, std::string("apiserver"), caf::actor_cast<caf::actor>(self));
  return {
    [=](peer_atom, const std::string&, const caf::strong_actor_ptr& player) { self->state.peer(player); },
    [=](tick_atom, std::uint64_t of) {
      if (of == self->state.attempt && self->state.api && !self->state.done) self->state.label();
    },
  };
}

} // namespace troupe::actors::cluster
