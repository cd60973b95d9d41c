#include "actors/store/autopilot.hpp"
#include "actors/base/error.hpp"
#include <caf/actor_cast.hpp>
#include <caf/actor_clock.hpp>
#include <caf/send.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace troupe::actors::store {

namespace {

std::string_view verb_of(policies::cluster::member_step_kind k) {
  using enum policies::cluster::member_step_kind;
  return k == add_voter ? "promote" : k == add_learner ? "learn" : k == remove ? "remove" : "hand_over";
}

} // namespace

void autopilot_state::again() { self->delayed_send(self, config.interval, tick_atom::value); }

void autopilot_state::look() {
  if (!store || !nodes) return again();
  self->request(store, config.timeout, status_atom::value)
    .then([this](const store_status& s) { decide(s); }, [this](caf::error&) { again(); });
}

void autopilot_state::decide(const store_status& s) {
  auto now = self->clock().now();
  if (!s.leading) heard.clear();
  if (!s.leading || s.changing) return again();
  policies::cluster::group_view view{s.self, s.last_index, {}, {}};
  for (auto& m : s.members) {
    auto& last = heard.try_emplace(m.id, now).first->second;
    if (m.alive) last = now;
    auto dead = std::chrono::duration_cast<std::chrono::seconds>(now - last).count();
    view.members.push_back({m.id, m.voter, m.match, m.alive, dead});
  }
  for (auto& n : *nodes)
    if (n.control_plane && !n.removed) view.control_plane.push_back(n.id);
  auto steps = policies::cluster::next_change(view, config.rules);
  if (steps.empty()) return again();
  member_change change;
  for (auto& step : steps) {
    spdlog::info("store: membership step={} member={}", verb_of(step.what), step.id);
    change.steps.push_back({static_cast<member_change::kind>(step.what), step.id});
  }
  bool leave = steps.front().what == policies::cluster::member_step_kind::hand_over;
  auto command = leave ? command_request(leadership_transfer{}) : command_request(std::move(change));
  self->request(store, config.timeout, call_atom::value, share(std::move(command)))
    .then([this](const shared<command_response>&) { self->send(self, tick_atom::value); },
          [this](caf::error& e) {
            spdlog::info("store: membership_refused why=\"{}\"", text_of(e));
            again();
          });
}

caf::behavior autopilot(autopilot_state::self_pointer self, directory::directory_actor directory,
                        autopilot_settings config) {
  self->state.config = config;
  auto own = fmt::format("store/{}", config.shard);
  for (auto& role : {own, std::string("roster")})
    self->send(directory, watch_atom::value, role, caf::actor_cast<caf::actor>(self));
  self->state.again();
  return {
    [=](tick_atom) { self->state.look(); },
    [=](roster_atom, const shared<roster>& nodes) { self->state.nodes = nodes; },
    [=](peer_atom, const std::string& role, const caf::strong_actor_ptr& player) {
      if (role == own) self->state.store = caf::actor_cast<store_actor>(player);
      else if (player)
        caf::anon_send(caf::actor_cast<caf::actor>(player), watch_atom::value, caf::actor_cast<caf::actor>(self));
    },
  };
}

} // namespace troupe::actors::store
