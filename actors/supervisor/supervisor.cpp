#include "actors/supervisor/supervisor.hpp"
#include "actors/base/error.hpp"
#include "actors/base/inspect.hpp"
#include "actors/base/vitals.hpp"
#include "policies/api/json.hpp"
#include <algorithm>
#include <array>
#include <caf/actor_clock.hpp>
#include <spdlog/spdlog.h>

namespace troupe::actors::supervisor {

namespace supervision = policies::supervision;

namespace {

/// To a child that makes room and has had its time.
using kill_atom = caf::atom_constant<caf::atom("kill")>;

supervision::exit_kind kind_of(const caf::error& reason) {
  if (!reason) return supervision::exit_kind::normal;
  if (reason == caf::exit_reason::user_shutdown) return supervision::exit_kind::shutdown;
  return supervision::exit_kind::failure;
}

std::string describe(const supervisor_state& s) {
  constexpr std::array<std::string_view, 5> phases{"away", "running", "ending", "waiting", "due"};
  api::json::array children;
  for (auto& c : s.children) {
    api::json::object one{{"name", c.spec.name}, {"phase", phases[static_cast<std::size_t>(c.now)]}};
    if (c.handle) one["id"] = c.handle.id();
    if (!c.last_error.empty()) one["lastError"] = c.last_error;
    children.push_back(std::move(one));
  }
  return api::json::serialize(
    api::json::object{{"name", s.config.name}, {"stopping", s.stopping}, {"children", std::move(children)}});
}

} // namespace

void supervisor_state::start(std::size_t index) {
  auto& c = children[index];
  c.now = phase::running;
  c.handle = c.spec.make(self);
  c.history = supervision::started(c.history, self->clock().now());
  if (c.handle) note_child(self->id(), c.spec.name, c.handle.id(), c.last_error);
  self->monitor(c.handle);
}

void supervisor_state::start_due() {
  if (stopping) return;
  bool alone = config.scope == restart_scope::one;
  if (!alone && std::any_of(children.begin(), children.end(), [](auto& c) { return c.now == phase::ending; })) return;
  for (std::size_t i = 0; i < children.size(); ++i) {
    if (children[i].now == phase::due) start(i);
    if (!alone && children[i].now == phase::waiting) return; // What follows needs its handle.
  }
}

void supervisor_state::end(child& c) {
  if (c.now != phase::running) return;
  c.now = phase::ending;
  self->send_exit(c.handle, caf::exit_reason::user_shutdown);
  self->delayed_send(self, config.grace, kill_atom::value, c.handle);
}

void supervisor_state::end_rest(std::size_t index) {
  for (auto i = children.size() - 1; i > index; --i) end(children[i]);
}

bool supervisor_state::renew(std::uint64_t id, const std::string& why) {
  auto found = std::find_if(children.begin(), children.end(), [&](auto& c) { return c.handle && c.handle.id() == id; });
  if (stopping || found == children.end() || found->now != phase::running) return false;
  found->last_error = why;
  if (config.scope == restart_scope::rest) end_rest(static_cast<std::size_t>(found - children.begin()));
  end(*found);
  return true;
}

void supervisor_state::down(const caf::down_msg& msg) {
  auto found = std::find_if(children.begin(), children.end(),
                            [&](auto& c) { return c.handle && c.handle.address() == msg.source; });
  if (found == children.end()) return;
  found->handle = nullptr;
  if (stopping) return stop_next();
  if (found->now == phase::ending) {
    found->now = phase::due;
    return start_due();
  }
  found->now = phase::away;
  found->last_error = text_of(msg.reason);
  auto decision = supervision::decide(found->spec.restart, found->history, kind_of(msg.reason), self->clock().now());
  found->history = decision.history;
  using verdict = supervision::restart_verdict;
  if (decision.verdict == verdict::leave) return;
  spdlog::warn("supervisor: child_ended name={} error=\"{}\" decision=\"{}\"", found->spec.name, found->last_error,
               decision.reason);
  if (decision.verdict == verdict::escalate) {
    outcome = make_error(errc::unavailable, found->spec.name + " keeps failing: " + found->last_error);
    return stop_next(); // Nobody else would end the others.
  }
  if (decision.verdict != verdict::restart) return;
  found->now = phase::waiting;
  auto index = static_cast<std::size_t>(found - children.begin());
  self->delayed_send(self, std::chrono::duration_cast<caf::timespan>(decision.delay), restart_atom::value,
                     static_cast<std::uint64_t>(index));
  if (config.scope == restart_scope::rest) end_rest(index);
}

void supervisor_state::stop_next() {
  stopping = true;
  auto last = std::find_if(children.rbegin(), children.rend(), [](auto& c) { return bool(c.handle); });
  if (last == children.rend()) return self->quit(outcome);
  self->send_exit(last->handle, caf::exit_reason::user_shutdown);
  self->delayed_send(self, config.grace, cancel_atom::value, ++stop_round, last->handle);
}

caf::behavior supervisor(supervisor_state::self_pointer self, supervisor_config config) {
  auto& s = self->state;
  s.config = std::move(config);
  for (auto& spec : s.config.children)
    s.children.push_back({.spec = spec, .handle = {}, .history = {}, .last_error = {}});
  self->set_down_handler([=](caf::down_msg& msg) { self->state.down(msg); });
  self->set_exit_handler([=](caf::exit_msg&) { self->state.stop_next(); });
  s.start_due();
  return {
    [=](stop_atom) { self->state.stop_next(); },
    [=](inspect_atom) { return describe(self->state); },
    [=](restart_atom, std::uint64_t index) {
      auto& state = self->state;
      if (index >= state.children.size() || state.children[index].now != supervisor_state::phase::waiting) return;
      state.children[index].now = supervisor_state::phase::due;
      state.start_due();
    },
    [=](restart_atom, std::uint64_t id, const std::string& why) { return self->state.renew(id, why); },
    [=](kill_atom, const caf::actor& child) { self->send_exit(child, caf::exit_reason::kill); },
    [=](cancel_atom, std::uint64_t round, const caf::actor& child) {
      if (round == self->state.stop_round) self->send_exit(child, caf::exit_reason::kill);
    },
  };
}

} // namespace troupe::actors::supervisor
