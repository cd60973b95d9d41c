#pragma once
#include "actors/base/environment.hpp"
#include "actors/base/spawn.hpp"
#include "actors/directory/interface.hpp"
#include "actors/shards/stores.hpp"
#include "actors/store/config.hpp"
#include "actors/store/shard_files.hpp"
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>
#include <optional>

namespace troupe::actors::shards {

struct shards_config {
  /// Of shard 0; that of shard n has its directory beside it, "<path>-<n>".
  store::store_config store;
  caf::timespan timeout{std::chrono::seconds(5)};
  caf::timespan retry_delay{std::chrono::milliseconds(200)};
  caf::timespan reopen_delay{std::chrono::seconds(2)}; ///< after a member that failed
  caf::timespan spread_interval{std::chrono::seconds(2)};
};

/// A shard's files, opened beside the schedulers; null with the reason.
struct opened_files {
  std::shared_ptr<store::shard_files> files;
  std::string error;
};

using shards_shell = shards_actor::extend<
  /// From the directory.
  caf::reacts_to<peer_atom, std::string, caf::strong_actor_ptr>,
  /// From shard 0.
  caf::reacts_to<event_atom, shared<store::event_batch>>,
  /// From the opener of a shard.
  caf::reacts_to<open_atom, std::uint32_t, opened_files>,
  /// Its own timers: to load the map again, to open a shard again, to look after the leaders.
  caf::reacts_to<retry_atom, std::uint64_t>, caf::reacts_to<open_atom, std::uint32_t>, caf::reacts_to<tick_atom>>;

struct shards_state {
  static inline const char* name = "shards";
  using self_pointer = stateful<shards_state, shards_shell::base>*;
  using confirmation = caf::typed_response_promise<shared<shard_map>, store::mvcc::revision>;
  explicit shards_state(self_pointer s) : self(s) {}

  // The map (map.cpp).
  void peer_changed(const std::string& role, const caf::strong_actor_ptr& player);
  void load();
  void follow(store::mvcc::revision after);
  void events(const store::event_batch& batch);
  /// Takes over what shard 0 has under the map's key. False if this program can't read it.
  bool take(const store::mvcc::range_response& found);
  void subscribe(const caf::actor& subscriber);
  caf::result<shared<shard_map>, store::mvcc::revision> confirm();
  void ask_confirmation();

  // The members of this process (members.cpp).
  void map_changed();
  void open(std::uint32_t shard);
  void opened(std::uint32_t shard, const opened_files& found);
  void down(const caf::down_msg& message);
  void stop(caf::error why);

  // The leaders (leaders.cpp).
  void look_after_leaders();
  void spread(const shards_status& all);
  void gather(std::function<void(shards_status)> then);
  caf::result<shared<shards_status>> status();

  self_pointer self;
  shards_config config;
  environment_ptr env;
  directory::directory_actor directory;
  stores members;
  shared<shard_map> map;                ///< null before the first load
  store::mvcc::revision map_revision = 0; ///< of the map's key; 0: there is none
  std::vector<caf::actor> subscribers;
  std::vector<confirmation> asking, waiting; ///< under way; for the next question
  std::uint64_t watch = 0;              ///< number of the current watch; batches of older ones are dropped
  std::map<std::uint32_t, caf::actor> running; ///< supervisors of own members; null while one is being opened
  bool ticking = false;
};

/// `shards(self, env, directory, config)`: follows the map, and runs this process's members of all shards but shard 0.
shards_shell::behavior_type shards(shards_state::self_pointer self, environment_ptr env,
                                   directory::directory_actor directory, shards_config config);

} // namespace troupe::actors::shards

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::actors::shards::opened_files)
