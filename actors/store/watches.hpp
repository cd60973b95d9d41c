#pragma once
#include "actors/store/interface.hpp"
#include "actors/store/range_index.hpp"
#include "storage/mvcc/state.hpp"
#include <caf/actor_addr.hpp>
#include <functional>
#include <set>
#include <span>
#include <unordered_map>

namespace troupe::actors::store {

/// The watches of one shard. A watch that has seen everything gets events as they are committed; one that starts in
/// the past or ran out of credit reads the history page by page until it has caught up. So no events are ever
/// buffered for a slow subscriber: it is only behind, and is ended when it is too far behind.
///
/// A commit costs what it matches: watches are found by the changed keys, and those that are not concerned are not
/// touched (they have seen everything up to what was published last).
class watch_table {
public:
  struct callbacks {
    std::function<void(const subscriber_actor&, event_batch)> send;
    std::function<void(const subscriber_actor&)> monitor;      ///< the first watch of a subscriber
    std::function<void(const caf::actor_addr&)> demonitor;     ///< its last one is gone
  };
  struct limits {
    std::size_t watches_max;
    mvcc::revision lag_max; ///< revisions
    std::size_t page_events_max;
    std::size_t pages_max = 256; ///< read in one `catch_up`, so that others get their turn
  };
  watch_table(callbacks out, limits l);
  watch_table(const watch_table&) = delete;
  watch_table& operator=(const watch_table&) = delete;

  /// Errors: `compacted`, `overloaded`, `invalid_argument` (id in use, empty key). `from` of 0 starts behind `current`.
  [[nodiscard]] caf::error open(const watch_request& r, const subscriber_actor& subscriber,
                                const storage::mvcc::state& kv);
  void cancel(const caf::strong_actor_ptr& subscriber, std::uint64_t id);
  void credit(const caf::strong_actor_ptr& subscriber, std::uint64_t id, std::uint32_t batches, mvcc::revision current);
  void drop(const caf::actor_addr& subscriber);
  /// Hands out what one turn has committed: events in order, and the newest revision.
  void publish(std::span<const mvcc::event> events, mvcc::revision current);
  /// The state became `current` without events, by a snapshot: every watch reads on in its history.
  void replaced(mvcc::revision current);
  /// One page for each of some watches that are behind and have credit. The error means that the state can't be read.
  [[nodiscard]] storage::mvcc::result<void> catch_up(const storage::mvcc::state& kv);
  void close_all() { end_all(event_batch::end::closed); }
  void end_all(event_batch::end why);

  /// Some watch could catch up now.
  [[nodiscard]] bool behind() const noexcept { return !due_.empty(); }
  [[nodiscard]] bool wants_previous() const noexcept { return with_previous_ > 0; }
  [[nodiscard]] std::size_t size() const noexcept { return watches_.size(); }
  /// Watches and ranges that `publish` has looked at so far.
  [[nodiscard]] std::uint64_t work() const noexcept { return work_; }

private:
  using slot = std::uint32_t;
  static constexpr slot none = slab<int>::none;
  /// Place in a list.
  struct link {
    slot before = none, after = none;
  };
  /// Small on purpose: there may be a hundred thousand.
  struct watch {
    std::uint64_t id = 0;       ///< the subscriber's
    mvcc::revision next = 0;    ///< everything before has been sent or does not match; see `next_of`
    slot subscriber = none;     ///< none: no watch is in this place
    range_index::number range = range_index::none;
    link same_range, same_subscriber;
    std::uint32_t credit = 0;
    bool prev_kv : 1 = false, no_put : 1 = false, no_removal : 1 = false, every_turn : 1 = false;
    bool behind : 1 = false; ///< `next` lies in the history
    bool asked : 1 = false;  ///< a progress batch is owed
  };
  struct receiver {
    subscriber_actor handle;
    slot first = none; ///< of its watches
  };
  struct name {
    slot subscriber;
    std::uint64_t id;
    bool operator==(const name&) const = default;
  };
  struct name_hash {
    using is_transparent = void;
    const slab<watch>* watches;
    std::size_t operator()(const name& n) const noexcept;
    std::size_t operator()(slot at) const noexcept;
  };
  struct name_equal {
    using is_transparent = void;
    const slab<watch>* watches;
    bool operator()(slot a, slot b) const noexcept { return a == b; }
    bool operator()(const name& n, slot at) const noexcept;
    bool operator()(slot at, const name& n) const noexcept { return (*this)(n, at); }
  };

  [[nodiscard]] slot find(const caf::actor_addr& subscriber, std::uint64_t id) const;
  [[nodiscard]] slot subscribe(const subscriber_actor& who);
  void erase(slot at);
  void end_watch(slot at, event_batch::end why, mvcc::revision compacted);
  void deliver(watch& w, std::vector<mvcc::event> events, mvcc::revision upto, bool progress);
  void tell_progress(watch& w, mvcc::revision current);
  void hand_out(slot at, std::span<const std::pair<slot, std::uint32_t>> hits, std::span<const mvcc::event> events,
                mvcc::revision current);
  void fall_behind(slot at, mvcc::revision next);
  void end_stalled(const storage::mvcc::state& kv);
  [[nodiscard]] storage::mvcc::result<void> read_page(slot at, const storage::mvcc::state& kv);
  /// What a watch that is not behind has not been sent yet starts here, whether it was touched lately or not.
  [[nodiscard]] mvcc::revision next_of(const watch& w) const noexcept;
  template <link watch::*List> void enlist(slot& first, slot at);
  template <link watch::*List> void delist(slot& first, slot at);

  callbacks out_;
  limits limits_;
  slab<watch> watches_;
  boost::unordered_flat_set<slot, name_hash, name_equal> names_;
  range_index ranges_;
  slab<receiver> subscribers_;
  std::unordered_map<caf::actor_addr, slot> addresses_; ///< of the subscribers
  std::set<slot> every_turn_;                           ///< watches that every turn is told to
  std::set<slot> due_;                                  ///< behind, with credit
  std::set<std::pair<mvcc::revision, slot>> stalled_;   ///< behind, without: by their `next`
  slot turn_ = 0;                                       ///< the first in `due_` that may read
  mvcc::revision published_ = 0;
  std::size_t with_previous_ = 0; ///< watches that want the version before
  std::uint64_t work_ = 0;
  // Of one `publish`; kept for their memory.
  std::vector<range_index::number> found_;
  std::vector<std::pair<slot, std::uint32_t>> hits_; ///< watch and number of the event
};

} // namespace troupe::actors::store
