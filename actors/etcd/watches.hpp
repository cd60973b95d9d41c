#pragma once
#include "actors/etcd/sessions.hpp"
#include "actors/store/slab.hpp"
#include <boost/unordered/unordered_flat_set.hpp>
#include <deque>

namespace troupe::actors::etcd {

/// All watches of one stream. A batch of the store is paid for with credit only when its last byte has gone out, so a
/// client that does not read makes its watches fall behind in the store instead of filling memory here; and no further
/// request is read while many answers wait.
class watches {
public:
  using pointer = stateful<watch_session_state, watch_session_actor::base>*;
  watches(pointer self, session_dependencies with, std::shared_ptr<net::etcd::watch_stream> stream);
  ~watches();

  void received(const pb::WatchRequest& r);
  void event(const store::event_batch& batch);
  void written();
  /// Asks for the revision of the watches that were quiet since the last time and want to be told.
  void tick();

private:
  using serial = std::uint64_t; ///< id of a watch in the store; unlike the client's id never used again
  using slot = std::uint32_t;
  static constexpr slot none = ~slot(0);
  /// Small on purpose: a stream may have a hundred thousand.
  struct watch {
    std::int64_t id = 0;      ///< the client's
    std::uint32_t opened = 0; ///< upper half of the serial, counted from 1; 0: no watch is in this place
    bool fragment : 1 = false, notify : 1 = false;
    bool quiet : 1 = true;     ///< since the last tick
    bool notified : 1 = false; ///< the next progress is for the client
    bool asked : 1 = false;    ///< for its revision, on behalf of the stream
  };
  struct id_hash {
    using is_transparent = void;
    const store::slab<watch>* watches;
    std::size_t operator()(std::int64_t id) const noexcept {
      return static_cast<std::size_t>(id) * 0x9e3779b97f4a7c15U;
    }
    std::size_t operator()(slot at) const noexcept { return (*this)((*watches)[at].id); }
  };
  struct id_equal {
    using is_transparent = void;
    const store::slab<watch>* watches;
    bool operator()(slot a, slot b) const noexcept { return a == b; }
    bool operator()(std::int64_t id, slot at) const noexcept { return (*watches)[at].id == id; }
    bool operator()(slot at, std::int64_t id) const noexcept { return (*this)(id, at); }
  };
  struct outgoing {
    pb::WatchResponse message;
    serial paid_by = 0; ///< the watch that gets a credit back
  };

  void create(const pb::WatchCreateRequest& r);
  void refuse(const char* reason);
  void open(const pb::WatchCreateRequest& r, std::int64_t id, mvcc::revision current);
  void created(std::int64_t id, mvcc::revision current);
  void cancel(std::int64_t id);
  void progress();
  void told(watch& w, mvcc::revision at);
  void finish_progress();
  void forget(slot at);
  [[nodiscard]] serial serial_of(slot at) const noexcept { return serial(watches_[at].opened) << 32 | at; }
  /// Where the watch is; none if it is gone.
  [[nodiscard]] slot find(serial s) const noexcept;
  /// Calls `next` with the newest revision.
  template <class Next> void with_revision(Next next);
  void read_next();
  void push(pb::WatchResponse message, serial paid_by = 0);
  void flush();
  void fail(const caf::error& e);

  pointer self_;
  session_dependencies with_;
  std::shared_ptr<net::etcd::watch_stream> stream_;
  store::slab<watch> watches_;
  boost::unordered_flat_set<slot, id_hash, id_equal> ids_;
  std::uint32_t opened_ = 0;
  std::int64_t next_id_ = 0; ///< offered to a watch without an id of its own
  std::deque<outgoing> queue_;
  bool writing_ = false;
  bool want_read_ = false; ///< postponed
  /// Of a progress request: how many watches have not told their revision yet, and the lowest of those told.
  std::size_t asked_ = 0;
  mvcc::revision lowest_ = 0;
  bool asking_ = false;
};

} // namespace troupe::actors::etcd
