#pragma once
#include "actors/etcd/front.hpp"

/// Children of a front: one for each stream of a client. They end with the stream, the front or the store.
namespace troupe::actors::etcd {

struct session_dependencies {
  store::store_actor store;
  environment_ptr environment;
  caf::actor front;
  identity who;
  front_config config;
};

using written_atom = caf::atom_constant<caf::atom("written")>;

/// What the threads of the server tell a session.
template <class Request> using session_actor =
  caf::typed_actor<caf::reacts_to<data_atom, std::shared_ptr<const Request>>, caf::reacts_to<written_atom>,
                   caf::reacts_to<close_atom>>;

using watch_session_actor =
  session_actor<pb::WatchRequest>::extend_with<store::subscriber_actor>::extend<caf::reacts_to<tick_atom>>;
using keepalive_session_actor = session_actor<pb::LeaseKeepAliveRequest>;
using snapshot_session_actor = session_actor<pb::SnapshotRequest>;

class watches;
struct watch_session_state {
  static inline const char* name = "etcd_watch";
  watch_session_state();
  ~watch_session_state();
  std::unique_ptr<watches> core;
};
watch_session_actor::behavior_type watch_session(stateful<watch_session_state, watch_session_actor::base>* self,
                                                 session_dependencies with,
                                                 std::shared_ptr<net::etcd::watch_stream> stream);

struct keepalive_session_state {
  static inline const char* name = "etcd_keepalive";
  ~keepalive_session_state();
  std::shared_ptr<net::etcd::keepalive_stream> stream;
};
keepalive_session_actor::behavior_type
keepalive_session(stateful<keepalive_session_state, keepalive_session_actor::base>* self, session_dependencies with,
                  std::shared_ptr<net::etcd::keepalive_stream> stream);

class snapshot;
struct snapshot_session_state {
  static inline const char* name = "etcd_snapshot";
  snapshot_session_state();
  ~snapshot_session_state();
  std::unique_ptr<snapshot> core;
};
snapshot_session_actor::behavior_type
snapshot_session(stateful<snapshot_session_state, snapshot_session_actor::base>* self, session_dependencies with,
                 std::shared_ptr<net::etcd::snapshot_stream> stream);

/// Ends `self` when the front or the store does, and passes on what the stream tells.
template <class Request, class Self, class Stream>
void attach(Self* self, const session_dependencies& with, Stream& stream) {
  self->monitor(with.store);
  self->monitor(with.front);
  self->set_down_handler([self](caf::down_msg&) { self->quit(); });
  auto me = caf::actor_cast<caf::actor>(self);
  stream.listen({[me](Request r) {
                   caf::anon_send(me, data_atom::value, std::make_shared<const Request>(std::move(r)));
                 },
                 [me] { caf::anon_send(me, written_atom::value); },
                 [me] { caf::anon_send(me, close_atom::value); }});
}

} // namespace troupe::actors::etcd

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(std::shared_ptr<const etcdserverpb::WatchRequest>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(std::shared_ptr<const etcdserverpb::LeaseKeepAliveRequest>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(std::shared_ptr<const etcdserverpb::SnapshotRequest>)
