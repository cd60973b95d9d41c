#pragma once
#include "actors/base/spawn.hpp"
#include "actors/directory/interface.hpp"
#include "actors/shards/stores.hpp"
#include "actors/watch_cache/history.hpp"
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>
#include <functional>
#include <map>
#include <vector>

namespace troupe::actors::watch_cache {

struct watch_cache_config {
  api::group_resource type;
  bool sharded = false; ///< where the type is, the role "shards" says; false: in shard 0
  std::size_t history_capacity = 4096;               ///< events
  caf::timespan store_timeout{std::chrono::seconds(5)};
  caf::timespan read_timeout{std::chrono::seconds(3)}; ///< wait of a read for a revision not reached yet
  caf::timespan retry_delay{std::chrono::milliseconds(100)};
};

/// With what reaches it from inside the process.
using watch_cache_shell = watch_cache_actor::extend<
  /// From the keeper of the map of shards.
  caf::reacts_to<changed_atom, shared<shards::shard_map>>,
  /// Its own timer: tries to load or to follow again.
  caf::reacts_to<retry_atom, std::uint64_t>>;

struct watch_cache_state {
  static inline const char* name = "watch_cache";
  using self_pointer = stateful<watch_cache_state, watch_cache_shell::base>*;
  explicit watch_cache_state(self_pointer s) : self(s), data({}, 0) {}

  // From the store (feed.cpp).
  void store_changed();
  void load();
  void loaded_at(const shared<store::mvcc::range_response>& found);
  void begin_watch();
  void watch_refused(const caf::error& e);
  void events(const store::event_batch& batch);
  void retry(std::uint64_t of);
  void lose_store();

  // Where the type is (place.cpp).
  void peer_changed(const std::string& role, const caf::strong_actor_ptr& player);
  void map_changed(const shared<shards::shard_map>& map);
  void follow_type();
  void ask_waiting();
  /// The last revision that this cache may tell about while it follows that shard, if the shard is at `revision`.
  [[nodiscard]] std::int64_t capped(std::int64_t revision) const;
  void confirm_place(std::function<void(bool same, std::int64_t revision_0)> then,
                     std::function<void(const caf::error&)> failed);
  void anchored(std::int64_t revision);
  void anchor_failed(const caf::error& e);
  void ask_for_unanchored();

  // For readers.
  caf::result<object_handle> read(const api::object_key& key, std::int64_t at_least);
  caf::result<shared<list_result>> list(const shared<list_query>& query);
  caf::result<std::int64_t> watch(const watch_query& query, const caf::actor& subscriber);
  void cancel(std::uint64_t id, const caf::actor_addr& subscriber);
  void credit(std::uint64_t id, const caf::actor_addr& subscriber, std::uint32_t batches);
  void down(const caf::actor_addr& who);
  void tick();

  /// A read that waits: for the revision that makes it consistent, or for the one that it names.
  struct waiting_read {
    std::int64_t at_least; ///< -1: not known yet
    std::chrono::steady_clock::time_point deadline;
    std::function<void()> serve;
    std::function<void(caf::error)> fail;
    bool anchored = false; ///< `at_least` is what the shard had when it was asked
  };
  struct subscription {
    caf::actor subscriber;
    std::uint64_t id;
    scope where;
    std::int64_t sent; ///< revision up to which the subscriber has been served
    std::uint32_t credit;
  };

  void wait(waiting_read r);
  void fail_late(std::vector<waiting_read>& reads);
  void ask_revision();
  void serve_ready();
  void send_events(subscription& s);
  void expire_all();
  shared<list_result> result_of(const list_query& query) const;

  self_pointer self;
  watch_cache_config config;
  directory::directory_actor directory;
  bool offered = false;          ///< readers know of this cache
  shards::shards_actor shards;   ///< null while there is none
  shards::stores members;
  bool placed = false;           ///< it is known where the type is
  policies::cluster::whereabouts here;   ///< what is followed
  policies::cluster::whereabouts wanted; ///< what the map says; the end of `here` comes first
  store::store_actor store;      ///< the member of `here.shard`
  history data;
  bool loaded = false;           ///< `data` mirrors the store
  std::uint64_t feed = 0;        ///< number of the current attempt to load or follow; answers to older ones are dropped
  std::uint64_t store_watch = 0; ///< number of the current watch of the store; batches of older ones are dropped
  std::vector<waiting_read> unanchored; ///< arrived while the question for the revision was under way
  std::vector<waiting_read> waiting;    ///< know their revision, or `anchoring`
  bool anchoring = false;        ///< a question for the committed revision is under way
  bool ticking = false;
  std::vector<subscription> subscriptions;
};

/// `watch_cache(self, config, directory)`. Offers itself to the directory once it is loaded.
watch_cache_shell::behavior_type watch_cache(watch_cache_state::self_pointer self, watch_cache_config config,
                                             directory::directory_actor directory);

} // namespace troupe::actors::watch_cache
