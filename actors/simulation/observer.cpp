#include "actors/simulation/observer.hpp"
#include "actors/base/error.hpp"
#include "actors/base/spawn.hpp"
#include "storage/raft/messages.hpp"
#include <caf/actor_cast.hpp>

namespace troupe::actors::simulation {

namespace {

constexpr auto look_interval = caf::timespan{std::chrono::milliseconds(100)};
constexpr auto answer_limit = caf::timespan{std::chrono::seconds(2)};
constexpr std::uint32_t credit = 8; ///< few, so that a slow one falls behind and reads pages of the history

struct observer_state {
  static inline const char* name = "observer";
  using self_pointer = stateful<observer_state>*;
  explicit observer_state(self_pointer s) : self(s) {}

  void store_changed(const caf::strong_actor_ptr& player) {
    member = caf::actor_cast<store::store_actor>(player);
    ++watch;
    if (member) follow();
  }
  void follow() {
    store::watch_request r;
    r.id = ++watch;
    r.keys = store::mvcc::key_range::prefix("");
    r.from = next;
    r.credit = credit;
    self->request(member, answer_limit, watch_atom::value, share(std::move(r)),
                  caf::actor_cast<store::subscriber_actor>(self))
      .then([](store::mvcc::revision) {},
            [this, asked = watch](caf::error& e) {
              if (asked != watch) return;
              if (code_of(e) == errc::compacted) listener->violated("a watch lost history that must be there");
              again = true;
            });
  }
  void events(const store::event_batch& b) {
    if (b.watch != watch) return;
    for (auto& e : b.events) {
      if (e.kv->mod_revision < next)
        listener->violated("a watch from revision " + std::to_string(next) + " told revision " +
                           std::to_string(e.kv->mod_revision));
    }
    listener->changed(b);
    if (!b.events.empty()) next = b.events.back().kv->mod_revision + 1;
    if (b.ended == store::event_batch::end::compacted) listener->violated("a watch lost history that must be there");
    if (b.ended != store::event_batch::end::open) again = true;
    else if (member) self->send(member, credit_atom::value, b.watch, std::uint32_t{1});
  }
  void look() {
    self->delayed_send(self, look_interval, tick_atom::value);
    if (!member) return;
    if (std::exchange(again, false)) follow();
    self->request(member, answer_limit, status_atom::value)
      .then([this](const store::store_status& s) { listener->status(s); }, [](caf::error&) {});
  }

  self_pointer self;
  std::shared_ptr<const observer_listener> listener;
  store::store_actor member;
  store::mvcc::revision next = 0;
  std::uint64_t watch = 0;
  bool again = false;
};

caf::behavior observer(observer_state::self_pointer self, directory::directory_actor directory,
                       store::mvcc::revision from, std::shared_ptr<const observer_listener> listener) {
  auto& s = self->state;
  s.next = from;
  s.listener = std::move(listener);
  self->send(directory, watch_atom::value, std::string("store/0"), caf::actor_cast<caf::actor>(self));
  self->send(self, tick_atom::value);
  return {[=](peer_atom, const std::string&, const caf::strong_actor_ptr& player) {
            self->state.store_changed(player);
          },
          [=](event_atom, const shared<store::event_batch>& b) { self->state.events(*b); },
          [=](tick_atom) { self->state.look(); }};
}

} // namespace

void observe(host& where, store::mvcc::revision from, std::shared_ptr<const observer_listener> listener) {
  where.system().spawn(observer, where.directory(), from, std::move(listener));
}

} // namespace troupe::actors::simulation
