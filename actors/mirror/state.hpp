#pragma once
#include "actors/base/spawn.hpp"
#include "actors/directory/interface.hpp"
#include "actors/mirror/dated.hpp"
#include "actors/watch_cache/interface.hpp"
#include "policies/api/object_table.hpp"
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>
#include <map>
#include <vector>

namespace troupe::actors::mirror {

struct mirror_config {
  api::group_resource type;
  caf::timespan timeout{std::chrono::seconds(5)};
  caf::timespan retry_delay{std::chrono::milliseconds(200)}; ///< doubled at each failure in a row
  caf::timespan retry_max{std::chrono::seconds(1)};
};

struct mirror_state {
  static inline const char* name = "mirror";
  using self_pointer = stateful<mirror_state, dated_mirror_actor::base>*;
  explicit mirror_state(self_pointer s) : self(s) {}

  void cache_changed(const caf::strong_actor_ptr& player);
  void list();
  void replace(const watch_cache::list_result& fresh);
  void follow();
  void events(const watch_cache::event_batch& batch);
  void subscribe(const caf::actor& subscriber, const std::string& node);
  void down(const caf::actor_addr& who);
  void publish(std::vector<change> changes);
  void retry();
  caf::result<std::int64_t> read(std::int64_t at_least);
  void answer_readers();
  void fail_readers(const caf::error& e);
  /// Ends what this mirror has asked of its cache, and gives the number of the next watch.
  std::uint64_t next_watch();

  /// Waits until the mirror has reached a revision.
  struct reader {
    std::int64_t at_least;
    caf::typed_response_promise<std::int64_t> answer;
  };

  self_pointer self;
  mirror_config config;
  watch_cache::watch_cache_actor cache;
  api::object_table objects;
  std::int64_t revision = 0;
  std::uint64_t watch = 0;  ///< number of the current watch; batches of older ones are dropped
  bool synced = false;      ///< `objects` shows the state at `revision`
  std::uint32_t failures = 0; ///< of lists and watches, since the last list that came
  std::vector<caf::actor> subscribers;                         ///< see everything
  std::map<std::string, std::vector<caf::actor>> by_node;      ///< see the pods of one node
  std::vector<reader> readers;
};

/// `mirror(self, config, directory)`. Offers itself to the directory at once; subscribers get their first update when
/// the first list is in. The cache may be on another host and another one later: the mirror lists again, and its
/// subscribers see what is different.
dated_mirror_actor::behavior_type mirror(mirror_state::self_pointer self, mirror_config config,
                                        directory::directory_actor directory);

} // namespace troupe::actors::mirror
