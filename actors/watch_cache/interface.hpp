#pragma once
#include "actors/base/atoms.hpp"
#include "actors/base/message.hpp"
#include "actors/store/messages.hpp"
#include <caf/actor.hpp>
#include <caf/typed_actor.hpp>
#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace troupe::actors::watch_cache {

enum class event_type : std::uint8_t { added, modified, removed };
/// "ADDED", "MODIFIED", "DELETED".
[[nodiscard]] std::string_view text(event_type t) noexcept;

/// One change of one object. `after` of a removal is the last state with the revision of the removal.
class cached_event {
public:
  cached_event() = default;
  cached_event(event_type t, object_handle b, object_handle a, std::int64_t r)
    : type(t), before(std::move(b)), after(std::move(a)), revision(r) {}
  event_type type = event_type::added;
  object_handle before; ///< null for an addition
  object_handle after;
  std::int64_t revision = 0;

  /// `{"type":"…","object":…}` and a line feed, encoded once for all watchers that see the event as `seen_as`.
  [[nodiscard]] std::shared_ptr<const std::string> frame(event_type seen_as) const;

private:
  mutable std::atomic<std::shared_ptr<const std::string>> frames_[3];
};
using cached_event_ptr = std::shared_ptr<const cached_event>;

/// What a subscriber gets as `(event_atom, shared<event_batch>)`.
struct event_batch {
  enum class end : std::uint8_t { open, expired };
  std::uint64_t id = 0;                 ///< the subscriber's own number of the watch
  std::int64_t revision = 0;            ///< everything in scope up to here has been sent
  std::vector<cached_event_ptr> events; ///< empty: tells the revision only
  end ended = end::open;                ///< expired: the subscriber fell behind the history: list again
};

/// Part of a type: all of it, a namespace, or one object.
struct scope {
  std::string ns, name;
  [[nodiscard]] bool contains(const api::object& o) const noexcept {
    return (ns.empty() || o.ns() == ns) && (name.empty() || o.name() == name);
  }
};

struct list_query {
  scope where;
  /// 0: what the cache has now. -1: not older than anything acknowledged before the question. Else: at least this.
  std::int64_t at_least = -1;
};
struct list_result {
  std::int64_t revision = 0;
  std::vector<object_handle> items; ///< in order of namespace and name
};

struct watch_query {
  std::uint64_t id = 0;   ///< unique among the watches of the subscriber
  scope where;
  std::int64_t after = 0; ///< events with higher revisions follow
  std::uint32_t credit = 64; ///< batches under way before the subscriber grants more
};

/// All objects of one resource type in memory, with a window of their history. Directory role: "watch_cache/" + type.
using watch_cache_actor = caf::typed_actor<
  /// One object, null if there is none; `at_least` as in `list_query`. Fails with `future_revision` if that is not
  /// reached in three seconds, `unavailable` while the store is away, and CAF's `request_timeout` if the store does not
  /// say what is newest.
  caf::replies_to<read_atom, std::string, std::string, std::int64_t>::with<object_handle>,
  caf::replies_to<list_atom, shared<list_query>>::with<shared<list_result>>,
  /// Subscribes the actor; answers the oldest revision that can be resumed. Fails with `compacted` if `after` is older.
  caf::replies_to<watch_atom, shared<watch_query>, caf::actor>::with<std::int64_t>,
  /// Ends the watch of that number of that subscriber.
  caf::reacts_to<cancel_atom, std::uint64_t, caf::actor>,
  /// Grants the watch of that subscriber more batches; 0 asks for a batch that tells the revision.
  caf::reacts_to<credit_atom, std::uint64_t, caf::actor, std::uint32_t>,
  /// From the store.
  caf::reacts_to<event_atom, shared<store::event_batch>>,
  /// From the directory: the store came or went.
  caf::reacts_to<peer_atom, std::string, caf::strong_actor_ptr>,
  /// Its own timer: ends reads that waited too long.
  caf::reacts_to<tick_atom>>;

/// One event as it travels between hosts.
struct wire_event {
  event_type type = event_type::added;
  object_handle before, after;
  std::int64_t revision = 0;
};
[[nodiscard]] std::vector<wire_event> to_wire(const event_batch& batch);
void from_wire(std::vector<wire_event>&& events, event_batch& batch);

template <class Inspector> typename Inspector::result_type inspect(Inspector& f, wire_event& x) {
  return f(caf::meta::type_name("wire_event"), x.type, x.before, x.after, x.revision);
}
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, event_batch& x) {
  if constexpr (Inspector::reads_state) {
    auto events = to_wire(x);
    return f(caf::meta::type_name("event_batch"), x.id, x.revision, events, x.ended);
  } else {
    std::vector<wire_event> events;
    if (auto err = f(x.id, x.revision, events, x.ended)) return err;
    from_wire(std::move(events), x);
    return {};
  }
}
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, list_query& x) {
  return f(caf::meta::type_name("list_query"), x.where.ns, x.where.name, x.at_least);
}
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, list_result& x) {
  return f(caf::meta::type_name("list_result"), x.revision, x.items);
}
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, watch_query& x) {
  return f(caf::meta::type_name("watch_query"), x.id, x.where.ns, x.where.name, x.after, x.credit);
}

} // namespace troupe::actors::watch_cache
