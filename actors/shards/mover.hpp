#pragma once
#include "actors/base/spawn.hpp"
#include "actors/directory/interface.hpp"
#include "actors/shards/stores.hpp"
#include <caf/actor_clock.hpp>
#include <functional>

namespace troupe::actors::shards {

struct mover_config {
  caf::timespan interval{std::chrono::milliseconds(200)}; ///< between two looks while there is work
  caf::timespan timeout{std::chrono::seconds(5)};
  /// From the change of the map that places a type until its old shard forgets it: whoever watches there has all of it.
  caf::timespan grace{std::chrono::seconds(5)};
  /// The new shard begins so many revisions above the old one: as many as a reader may have told who had not heard of
  /// the fence yet.
  store::mvcc::revision margin = 16384;
  std::int64_t page_keys = 200;
  std::size_t import_bytes = 2 << 20;
};

/// Drives what the map of shards wants, on the process that leads shard 0. Every step can be done again from its
/// beginning, by this actor or by that of another process. Two may be at work at once for a moment, when the leader
/// changes: who begins to copy changes the map, and everybody looks at the map before each command that another's
/// copy would suffer from. So at most one command of the former driver comes late, and the count of the keys behind
/// the open fence, below which nothing can be forgotten, shows what it has done.
struct mover_state {
  static inline const char* name = "mover";
  using self_pointer = stateful<mover_state>*;
  using placement_request = store::mvcc::placement_request;
  using then_revision = std::function<void(store::mvcc::revision)>;
  explicit mover_state(self_pointer s) : self(s) {}

  // mover.cpp
  void map_told(const shared<shard_map>& m);
  void look();
  void gather();
  void decide(const std::set<std::uint32_t>& answering);
  void act(const policies::cluster::shard_step& step);
  void again();
  void failed(std::string_view doing, const caf::error& e);
  /// Goes on if the map is still what the step was decided on.
  void if_still(std::function<void()> then);
  /// Writes the map, if nobody else did meanwhile, and goes on; else looks again.
  void change_map(shard_map next, std::function<void()> then);
  void change_map(shard_map next) { change_map(std::move(next), [this] { look(); }); }
  void place(std::uint32_t shard, placement_request what, then_revision then);
  [[nodiscard]] bool settled();

  // copy.cpp
  struct copy_job;
  void copy(const policies::cluster::shard_step& step);
  void clear(const std::shared_ptr<copy_job>& job);
  void advance(const std::shared_ptr<copy_job>& job);
  void read_leases(const std::shared_ptr<copy_job>& job);
  void read_page(const std::shared_ptr<copy_job>& job);
  void import_page(const std::shared_ptr<copy_job>& job);
  void open(const std::shared_ptr<copy_job>& job);
  void check_count(const std::shared_ptr<copy_job>& job, store::mvcc::revision since);
  void forget(std::uint32_t shard, const std::string& prefix, std::function<void()> then);

  self_pointer self;
  mover_config config;
  stores members;
  directory::directory_actor directory;
  shared<shard_map> map;  ///< as it was read last; what is told while a step is under way waits in `told`
  shared<shard_map> told;
  store::mvcc::revision map_revision = 0;
  bool busy = false;    ///< a look or a step is under way, or the timer of the next one
  std::int64_t placed_change = -1; ///< the map in which a placed move was seen first
  caf::actor_clock::time_point placed_at;
};

/// `mover(self, directory, config)`.
caf::behavior mover(mover_state::self_pointer self, directory::directory_actor directory, mover_config config);

} // namespace troupe::actors::shards
