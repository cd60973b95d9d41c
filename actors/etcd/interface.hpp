#pragma once
#include "actors/base/atoms.hpp"
#include "net/etcd/handler.hpp"
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>
#include <mutex>
#include <utility>
#include <vector>

namespace troupe::actors::etcd {

namespace pb = net::etcd::pb;

/// A unary call of a client; whoever drops it fails it.
struct incoming {
  net::etcd::any_call call;
};
/// Calls that wait for a front. Filled by the server's threads.
class call_queue {
public:
  /// True if it was empty: then the front has to be told. A closed queue drops the call, which fails it.
  bool push(net::etcd::any_call c) {
    std::lock_guard lock(mutex_);
    if (closed_) return false;
    calls_.push_back(std::move(c));
    return calls_.size() == 1;
  }
  [[nodiscard]] std::vector<net::etcd::any_call> take() {
    std::lock_guard lock(mutex_);
    return std::exchange(calls_, {});
  }
  /// The front is gone: drops what waits and what will come.
  void close() {
    std::vector<net::etcd::any_call> dropped; // Their clients are told outside the lock.
    std::lock_guard lock(mutex_);
    closed_ = true;
    dropped.swap(calls_);
  }

private:
  std::mutex mutex_;
  bool closed_ = false;
  std::vector<net::etcd::any_call> calls_;
};
/// Something waits in the queue.
struct arrived {
  std::shared_ptr<call_queue> queue;
};
/// A stream that a client has opened.
struct opened {
  std::variant<std::shared_ptr<net::etcd::watch_stream>, std::shared_ptr<net::etcd::keepalive_stream>,
               std::shared_ptr<net::etcd::snapshot_stream>>
    stream;
};

/// Answers the etcd API from a shard of the store. Holds no state of its own: there may be several of one store.
using front_actor = caf::typed_actor<
  /// Answered through the call itself.
  caf::reacts_to<call_atom, incoming>,
  /// All that waits in the queue by then, as few requests of the store as can be.
  caf::reacts_to<call_atom, arrived>,
  /// Served by a child of its own until one side ends it.
  caf::reacts_to<open_atom, opened>,
  /// Its own timer.
  caf::reacts_to<tick_atom>>;

} // namespace troupe::actors::etcd

// These never leave the process.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::actors::etcd::incoming)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::actors::etcd::arrived)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::actors::etcd::opened)
