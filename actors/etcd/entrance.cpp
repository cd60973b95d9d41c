#include "actors/etcd/entrance.hpp"
#include "actors/etcd/status.hpp"

namespace troupe::actors::etcd {

void entrance::lead_to(std::shared_ptr<net::etcd::handler> to) {
  std::lock_guard lock(mutex_);
  to_.swap(to); // The former one goes outside the lock.
}

std::shared_ptr<net::etcd::handler> entrance::now() const {
  std::lock_guard lock(mutex_);
  return to_;
}

/// A call that is dropped fails by itself.
void entrance::take(net::etcd::any_call c) {
  if (auto to = now()) to->take(std::move(c));
}

template <class Stream> void entrance::pass_on(std::shared_ptr<Stream> s) {
  if (auto to = now()) return to->open(std::move(s));
  s->finish(server_stopped());
}

void entrance::open(std::shared_ptr<net::etcd::watch_stream> s) { pass_on(std::move(s)); }
void entrance::open(std::shared_ptr<net::etcd::keepalive_stream> s) { pass_on(std::move(s)); }
void entrance::open(std::shared_ptr<net::etcd::snapshot_stream> s) { pass_on(std::move(s)); }

} // namespace troupe::actors::etcd
