#include "actors/base/error.hpp"
#include "actors/directory/directory.hpp"
#include <algorithm>
#include <caf/send.hpp>

namespace troupe::actors::directory {

namespace {
constexpr auto lookup_limit = caf::timespan{std::chrono::seconds(5)};
}

void directory_state::offer(const std::string& role, const caf::strong_actor_ptr& player) {
  auto& e = roles[role];
  e.own = player;
  if (player) self->monitor(player);
  tell_own(role, e);
  choose(role, e);
}

void directory_state::offer_of(std::uint64_t node, const std::string& role, const caf::strong_actor_ptr& player) {
  auto& e = roles[role];
  if (player) {
    e.others[node] = player;
    self->monitor(player);
  } else {
    e.others.erase(node);
  }
  choose(role, e);
}

void directory_state::node_gone(std::uint64_t node) {
  for (auto& [role, e] : roles)
    if (e.others.erase(node) > 0) choose(role, e);
}

/// A player that is there stays, unless this process has one: every change makes its users start anew.
void directory_state::choose(const std::string& role, entry& e) {
  auto best = e.own;
  if (!best)
    for (auto& [node, player] : e.others)
      if (!best || player == e.player) best = player;
  if (best == e.player) return;
  e.player = best;
  for (auto& s : e.subscribers) caf::anon_send(s, peer_atom::value, role, e.player);
  if (!e.player) return;
  for (auto& w : e.waiting) w.promise.deliver(e.player);
  e.waiting.clear();
}

void directory_state::tell_own(const std::string& role, const entry& e) {
  for (auto& x : exporters) caf::anon_send(x, offer_atom::value, role, e.own);
}

caf::result<caf::strong_actor_ptr> directory_state::lookup(const std::string& role) {
  auto& e = roles[role];
  if (e.player) return e.player;
  auto promise = self->make_response_promise<caf::strong_actor_ptr>();
  e.waiting.push_back({++tickets, promise});
  self->delayed_send(self, lookup_limit, cancel_atom::value, role, tickets);
  return promise;
}

void directory_state::watch(const std::string& role, const caf::actor& subscriber) {
  auto& e = roles[role];
  e.subscribers.push_back(subscriber);
  self->monitor(subscriber);
  if (e.player) caf::anon_send(subscriber, peer_atom::value, role, e.player);
}

void directory_state::watch_own(const caf::actor& subscriber) {
  exporters.push_back(subscriber);
  self->monitor(subscriber);
  for (auto& [role, e] : roles)
    if (e.own) caf::anon_send(subscriber, offer_atom::value, role, e.own);
}

void directory_state::down(const caf::actor_addr& source) {
  auto is_it = [&](auto& a) { return a.address() == source; };
  std::erase_if(exporters, is_it);
  for (auto& [role, e] : roles) {
    std::erase_if(e.subscribers, is_it);
    if (e.own && e.own->address() == source) {
      e.own = nullptr;
      tell_own(role, e);
    }
    std::erase_if(e.others, [&](auto& x) { return x.second->address() == source; });
    choose(role, e);
  }
}

void directory_state::give_up(const std::string& role, std::uint64_t ticket) {
  auto& waiting = roles[role].waiting;
  auto found = std::find_if(waiting.begin(), waiting.end(), [&](auto& w) { return w.ticket == ticket; });
  if (found == waiting.end()) return;
  found->promise.deliver(make_error(errc::unavailable, "nobody offers the role " + role));
  waiting.erase(found);
}

directory_actor::behavior_type directory(directory_state::self_pointer self) {
  self->set_down_handler([=](caf::down_msg& down) { self->state.down(down.source); });
  return {
    [=](offer_atom, const std::string& role, const caf::strong_actor_ptr& player) { self->state.offer(role, player); },
    [=](offer_atom, const std::string& role, const caf::strong_actor_ptr& player, std::uint64_t node) {
      self->state.offer_of(node, role, player);
    },
    [=](remove_atom, std::uint64_t node) { self->state.node_gone(node); },
    [=](watch_atom, const caf::actor& subscriber) { self->state.watch_own(subscriber); },
    [=](lookup_atom, const std::string& role) { return self->state.lookup(role); },
    [=](watch_atom, const std::string& role, const caf::actor& subscriber) { self->state.watch(role, subscriber); },
    [=](cancel_atom, const std::string& role, std::uint64_t ticket) { self->state.give_up(role, ticket); },
  };
}

} // namespace troupe::actors::directory
