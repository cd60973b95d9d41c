#include "actors/etcd/keeper.hpp"
#include "actors/base/error.hpp"
#include "actors/etcd/gateway.hpp"
#include <algorithm>
#include <caf/actor_cast.hpp>
#include <caf/send.hpp>
#include <spdlog/spdlog.h>

namespace troupe::actors::etcd {

void keeper_state::store_changed(const caf::strong_actor_ptr& player) {
  close();
  store = caf::actor_cast<store::local_store_actor>(player);
  open();
}

void keeper_state::open() {
  if (!store) return;
  for (unsigned n = 0; n < std::max(1u, config.fronts); ++n) {
    fronts.push_back(self->spawn(etcd_front, store, env, config.front));
    self->monitor(fronts.back());
  }
  door->lead_to(std::make_shared<gateway>(fronts));
}

void keeper_state::close() {
  ++round;
  door->lead_to(nullptr);
  for (auto& f : fronts) caf::anon_send_exit(f, caf::exit_reason::user_shutdown);
  fronts.clear();
}

/// Mostly the store has ended, and the directory will tell of the next one. Those that were closed count no more.
void keeper_state::down(const caf::down_msg& message) {
  if (std::none_of(fronts.begin(), fronts.end(), [&](auto& f) { return f.address() == message.source; })) return;
  spdlog::warn("etcd: front_ended why=\"{}\"", text_of(message.reason));
  close();
  self->delayed_send(self, config.retry_delay, retry_atom::value, round);
}

caf::behavior etcd_keeper(keeper_state::self_pointer self, environment_ptr env, directory::directory_actor directory,
                          std::shared_ptr<entrance> door, keeper_config config) {
  auto& s = self->state;
  s.env = std::move(env);
  s.config = std::move(config);
  s.door = door;
  self->set_down_handler([=](caf::down_msg& m) { self->state.down(m); });
  self->set_exit_handler([=](caf::exit_msg& m) {
    self->state.close();
    self->quit(std::move(m.reason));
  });
  self->send(directory, watch_atom::value, std::string("store/0"), caf::actor_cast<caf::actor>(self));
  return {
    [=](peer_atom, const std::string&, const caf::strong_actor_ptr& player) { self->state.store_changed(player); },
    [=](retry_atom, std::uint64_t of) {
      if (of == self->state.round) self->state.open();
    },
  };
}

} // namespace troupe::actors::etcd
