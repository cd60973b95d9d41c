#include "actors/etcd/sessions.hpp"
#include "actors/etcd/status.hpp"
#include <caf/send.hpp>

namespace troupe::actors::etcd {

namespace {

using pointer = stateful<keepalive_session_state, keepalive_session_actor::base>*;

void answer(pointer self, const identity& who, mvcc::lease_id id, const store::command_response& a) {
  pb::LeaseKeepAliveResponse out;
  stamp(who, a.header_revision, *out.mutable_header());
  out.set_id(id);
  out.set_ttl(a.ttl_seconds);
  self->state.stream->write(std::move(out));
}

} // namespace

keepalive_session_state::~keepalive_session_state() {
  if (stream) stream->finish(server_stopped());
}

keepalive_session_actor::behavior_type keepalive_session(pointer self, session_dependencies with,
                                                         std::shared_ptr<net::etcd::keepalive_stream> stream) {
  self->state.stream = stream;
  attach<pb::LeaseKeepAliveRequest>(self, with, *stream);
  stream->read();
  return {[self, with](data_atom, const std::shared_ptr<const pb::LeaseKeepAliveRequest>& r) {
            auto id = r->id();
            self->request(with.store, with.config.request_timeout, call_atom::value,
                          share(store::command_request(store::lease_keepalive{id})))
              .then([self, who = with.who, id](const shared<store::command_response>& a) { answer(self, who, id, *a); },
                    [self, who = with.who, id](caf::error& e) {
                      auto s = to_status(e);
                      // To etcd a lease that does not exist is one with no time left.
                      if (s == to_status(mvcc::errc::lease_not_found)) return answer(self, who, id, {});
                      self->state.stream->finish(std::move(s));
                      self->quit();
                    });
          },
          [self](written_atom) { self->state.stream->read(); }, [self](close_atom) { self->quit(); }};
}

} // namespace troupe::actors::etcd
