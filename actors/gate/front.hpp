#pragma once
#include "actors/base/spawn.hpp"
#include "actors/directory/interface.hpp"
#include "actors/gate/gate.hpp"
#include "actors/mirror/interface.hpp"
#include "actors/watch_cache/interface.hpp"
#include "policies/api/object_table.hpp"
#include <caf/typed_event_based_actor.hpp>
#include <deque>
#include <functional>
#include <vector>

namespace troupe::actors::gate {

/// Which objects of a type a node sees.
enum class sight : std::uint8_t { everything, own_pods, by_reference };

struct front_config {
  api::group_resource type;
  sight sees = sight::everything;
  std::string node;
  gate_config limits;
};

/// A watch cache of what one node sees of one type. Behind a door (door.hpp), which alone the node can reach.
using front_actor = watch_cache::watch_cache_actor::extend<
  /// From the mirror of the type, or from the references.
  caf::reacts_to<changed_atom, shared<mirror::update>>>;

/// Numbers of its events rise strictly and are those of the store, but for one case: what comes into sight, or follows
/// it out of order, gets the next number. They date the events of this front only; lists and reads wait for the
/// store's own revisions.
struct front_state {
  static inline const char* name = "gate_front";
  using self_pointer = stateful<front_state, front_actor::base>*;
  explicit front_state(self_pointer s) : self(s) {}

  void peer_changed(const std::string& role, const caf::strong_actor_ptr& player);
  void changed(const mirror::update& u);
  caf::result<object_handle> read(const api::object_key& key, std::int64_t at_least);
  caf::result<shared<watch_cache::list_result>> list(const watch_cache::list_query& query);
  caf::result<std::int64_t> watch(const watch_cache::watch_query& query, const caf::actor& subscriber);
  void cancel(std::uint64_t id, const caf::actor_addr& subscriber);
  void credit(std::uint64_t id, const caf::actor_addr& subscriber, std::uint32_t batches);
  void down(const caf::actor_addr& who);

  struct subscription {
    caf::actor subscriber;
    std::uint64_t id;
    watch_cache::scope where;
    std::int64_t sent;    ///< number of the last event that the subscriber has, or that was out of its scope
    std::uint32_t credit;
  };
  using on_failure = std::function<void(caf::error)>;

  [[nodiscard]] bool available() const { return synced && source && cache_is_there; }
  [[nodiscard]] caf::error unavailable() const;
  [[nodiscard]] std::string source_role() const;
  void record(const mirror::change& c);
  void send_events(subscription& s);
  void bookmark(std::uint64_t id, const caf::actor& subscriber);
  void expire(const subscription& s);
  void expire_all();
  void leave(const caf::actor& subscriber);
  void when_reached(std::int64_t at_least, std::function<void()> serve, on_failure fail);
  [[nodiscard]] std::vector<watch_cache::cached_event_ptr> after(std::int64_t& number,
                                                                 const watch_cache::scope& where) const;

  self_pointer self;
  front_config config;
  caf::strong_actor_ptr source;         ///< the mirror, or the references
  bool cache_is_there = false;          ///< the watch cache that the source follows
  bool started = false;                 ///< a source has brought everything once
  bool synced = false;                  ///< the source of now has
  api::object_table objects;
  std::deque<watch_cache::cached_event_ptr> events;
  std::int64_t newest = 0;              ///< number of the newest event, or a revision that is known to follow it
  std::int64_t oldest = 0;              ///< a watch can resume after this number
  std::size_t waiting = 0;              ///< reads under way to the source
  std::vector<subscription> subscriptions;
};

/// `front(self, config, directory)`.
front_actor::behavior_type front(front_state::self_pointer self, front_config config,
                                 directory::directory_actor directory);

} // namespace troupe::actors::gate
