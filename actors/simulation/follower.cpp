#include "actors/simulation/follower.hpp"
#include "actors/base/error.hpp"
#include "actors/base/spawn.hpp"
#include <caf/actor_cast.hpp>

namespace troupe::actors::simulation {

namespace {

constexpr auto look_interval = caf::timespan{std::chrono::milliseconds(200)};
constexpr auto answer_limit = caf::timespan{std::chrono::seconds(5)};
constexpr std::uint32_t credit = 8;

struct follower_state {
  static inline const char* name = "follower";
  using self_pointer = stateful<follower_state>*;
  explicit follower_state(self_pointer s) : self(s) {}

  void go_on() {
    if (asking || open || !cache) return;
    if (after == 0) return list();
    watch_cache::watch_query q;
    q.id = ++watch;
    q.after = after;
    q.credit = credit;
    asking = true;
    self->request(cache, answer_limit, watch_atom::value, share(std::move(q)), caf::actor_cast<caf::actor>(self))
      .then([this](std::int64_t) { asking = false, open = true; },
            [this](caf::error& e) {
              asking = false;
              if (code_of(e) == errc::compacted) after = 0;
            });
  }
  void list() {
    asking = true;
    self->request(cache, answer_limit, list_atom::value, share(watch_cache::list_query{}))
      .then(
        [this](const shared<watch_cache::list_result>& found) {
          asking = false;
          after = found->revision;
          if (auto l = listener.lock()) l->listed(after);
          go_on();
        },
        [this](caf::error&) { asking = false; });
  }
  void events(const watch_cache::event_batch& b) {
    auto l = listener.lock();
    if (!l || b.id != watch) return;
    for (auto& e : b.events) l->changed(*e);
    after = std::max(after, b.revision);
    if (b.ended == watch_cache::event_batch::end::open)
      return self->send(cache, credit_atom::value, b.id, caf::actor_cast<caf::actor>(self), std::uint32_t{1});
    open = false;
    go_on();
  }
  void look() {
    if (listener.expired()) {
      if (cache) self->send(cache, cancel_atom::value, watch, caf::actor_cast<caf::actor>(self));
      return self->quit();
    }
    self->delayed_send(self, look_interval, tick_atom::value);
    go_on();
  }

  self_pointer self;
  std::weak_ptr<const follower_listener> listener;
  watch_cache::watch_cache_actor cache;
  std::int64_t after = 0; ///< 0: it has to list
  std::uint64_t watch = 0;
  bool asking = false, open = false;
};

caf::behavior follower(follower_state::self_pointer self, directory::directory_actor directory, std::string role,
                       std::int64_t after, std::weak_ptr<const follower_listener> listener) {
  auto& s = self->state;
  s.after = after;
  s.listener = std::move(listener);
  self->send(directory, watch_atom::value, role, caf::actor_cast<caf::actor>(self));
  self->send(self, tick_atom::value);
  return {[=](peer_atom, const std::string&, const caf::strong_actor_ptr& player) {
            auto& me = self->state;
            me.cache = caf::actor_cast<watch_cache::watch_cache_actor>(player);
            me.open = me.asking = false;
            ++me.watch;
            me.go_on();
          },
          [=](event_atom, const shared<watch_cache::event_batch>& b) { self->state.events(*b); },
          [=](tick_atom) { self->state.look(); }};
}

} // namespace

void follow(host& where, const api::group_resource& type, std::int64_t after,
            const std::shared_ptr<const follower_listener>& listener) {
  where.system().spawn(follower, where.directory(), "watch_cache/" + type.text(), after, std::weak_ptr(listener));
}

} // namespace troupe::actors::simulation
