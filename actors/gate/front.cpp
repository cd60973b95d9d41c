#include "actors/gate/front.hpp"
#include "actors/base/error.hpp"
#include "actors/gate/references.hpp"
#include "actors/mirror/apply.hpp"
#include "actors/mirror/dated.hpp"
#include <algorithm>
#include <caf/actor_cast.hpp>
#include <caf/send.hpp>
#include <utility>

/// The side of the sources, and the table of events.
namespace troupe::actors::gate {

using watch_cache::cached_event;
using watch_cache::event_type;

std::string front_state::source_role() const {
  return config.sees == sight::by_reference ? "references" : "mirror/" + config.type.text();
}

caf::error front_state::unavailable() const { return make_error(errc::unavailable, config.type.text()); }

void front_state::peer_changed(const std::string& role, const caf::strong_actor_ptr& player) {
  if (role != source_role()) {
    cache_is_there = static_cast<bool>(player);
    if (!cache_is_there) expire_all();
    return;
  }
  source = player;
  synced = false;
  // Watches go on when the next source has brought everything; meanwhile nothing is told.
  if (!player) return expire_all();
  auto me = caf::actor_cast<caf::actor>(self);
  if (config.sees == sight::by_reference)
    self->send(caf::actor_cast<references_actor>(player), watch_atom::value, config.type.resource, me, config.node);
  else
    self->send(caf::actor_cast<mirror::mirror_actor>(player), watch_atom::value, me,
               config.sees == sight::own_pods ? config.node : std::string{});
}

void front_state::changed(const mirror::update& u) {
  if (u.type != config.type) return;
  if (u.replace && !std::exchange(started, true)) {
    mirror::apply(objects, u);
    oldest = newest = u.revision;
  } else if (u.replace) {
    api::object_table next;
    mirror::apply(next, u);
    std::vector<object_handle> gone;
    for (auto& [key, before] : objects.all())
      if (!next.find(key)) gone.emplace_back(before);
    for (auto& before : gone) record({before, {}});
    for (auto& [key, after] : next.all())
      if (auto before = objects.find(key); !before || before->revision() != after->revision()) record({before, after});
  } else {
    for (auto& c : u.changes) record(c);
  }
  if (u.replace) synced = true;
  // References date an update by the type's own revision, which may be behind what has been told.
  newest = std::max(newest, u.revision);
  for (auto& s : subscriptions) send_events(s);
}

void front_state::record(const mirror::change& c) {
  auto& any = c.after ? c.after : c.before;
  if (!any) return;
  auto had = objects.find(any->key());
  if (!c.after && !had) return;
  auto type = !c.after ? event_type::removed : had ? event_type::modified : event_type::added;
  // The node's mirror knows what was there before; it is not sent again.
  newest = std::max(c.after ? c.after->revision() : 0, newest + 1);
  events.push_back(std::make_shared<const cached_event>(type, object_handle{}, c.after ? c.after : object_handle{had},
                                                        newest));
  if (c.after)
    objects.put(c.after);
  else
    objects.erase(any->key());
  while (events.size() > config.limits.history_max) {
    oldest = events.front()->revision;
    events.pop_front();
  }
}

void front_state::expire(const subscription& s) {
  watch_cache::event_batch last;
  last.id = s.id;
  last.revision = s.sent;
  last.ended = watch_cache::event_batch::end::expired;
  caf::anon_send(s.subscriber, event_atom::value, share(std::move(last)));
}

void front_state::expire_all() {
  for (auto& s : std::exchange(subscriptions, {})) {
    expire(s);
    leave(s.subscriber);
  }
}

void front_state::when_reached(std::int64_t at_least, std::function<void()> serve, on_failure fail) {
  if (!available()) return fail(unavailable());
  if (at_least == 0) return serve();
  if (waiting >= config.limits.reads_max) return fail(make_error(errc::overloaded, config.type.text()));
  ++waiting;
  auto reached = [=, this](std::int64_t revision) {
    --waiting;
    if (!available()) return fail(unavailable());
    newest = std::max(newest, revision);
    if (at_least > revision) return fail(make_error(errc::future_revision, config.type.text()));
    serve();
  };
  auto failed = [=, this](caf::error&) {
    --waiting;
    fail(unavailable());
  };
  // Whatever is asked for: what is committed now is enough, or the revision does not exist. All updates up to it have
  // come by the time of the answer.
  constexpr auto committed = std::int64_t{-1};
  auto timeout = config.limits.read_timeout;
  if (config.sees == sight::by_reference)
    self->request(caf::actor_cast<references_actor>(source), timeout, read_atom::value, config.type.resource, committed)
        .then(reached, failed);
  else
    self->request(caf::actor_cast<mirror::dated_mirror_actor>(source), timeout, read_atom::value, committed)
        .then(reached, failed);
}

front_actor::behavior_type front(front_state::self_pointer self, front_config config,
                                 directory::directory_actor directory) {
  auto& s = self->state;
  s.config = std::move(config);
  self->set_down_handler([=](caf::down_msg& down) { self->state.down(down.source); });
  auto me = caf::actor_cast<caf::actor>(self);
  self->send(directory, watch_atom::value, "watch_cache/" + s.config.type.text(), me);
  self->send(directory, watch_atom::value, s.source_role(), me);
  return {
      [=](read_atom, const std::string& ns, const std::string& name, std::int64_t at_least) {
        return self->state.read({ns, name}, at_least);
      },
      [=](list_atom, const shared<watch_cache::list_query>& query) { return self->state.list(*query); },
      [=](watch_atom, const shared<watch_cache::watch_query>& query, const caf::actor& subscriber) {
        return self->state.watch(*query, subscriber);
      },
      [=](cancel_atom, std::uint64_t id, const caf::actor& subscriber) {
        self->state.cancel(id, subscriber.address());
      },
      [=](credit_atom, std::uint64_t id, const caf::actor& subscriber, std::uint32_t batches) {
        self->state.credit(id, subscriber.address(), batches);
      },
      [=](event_atom, const shared<store::event_batch>&) {},
      [=](peer_atom, const std::string& role, const caf::strong_actor_ptr& player) {
        self->state.peer_changed(role, player);
      },
      [=](tick_atom) {},
      [=](changed_atom, const shared<mirror::update>& u) { self->state.changed(*u); },
  };
}

} // namespace troupe::actors::gate
