#include "actors/apiserver/stream_session.hpp"
#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

namespace troupe::actors::apiserver {

namespace {

namespace wire = net::streams;

/// More than this waiting for the client's socket holds the process back.
constexpr std::size_t pending_high = 256 * 1024;

/// Sends to the actor if it still lives: callbacks of connections must not keep sessions alive.
template <class... Ts> void tell(const caf::actor_addr& whom, Ts&&... xs) {
  if (auto strong = caf::actor_cast<caf::strong_actor_ptr>(whom))
    caf::anon_send(caf::actor_cast<caf::actor>(strong), std::forward<Ts>(xs)...);
}

/// What the client does becomes mail of the session.
wire::remote_callbacks callbacks_of(const caf::actor_addr& me) {
  wire::remote_callbacks c;
  c.on_data = [me](wire::channel from, std::string_view bytes) {
    tell(me, write_atom::value, static_cast<streams::channel>(from), std::string(bytes));
  };
  c.on_end = [me](wire::channel from) { tell(me, stop_atom::value, static_cast<streams::channel>(from)); };
  c.on_close = [me] { tell(me, exited_atom::value); };
  return c;
}

} // namespace

void stream_session_state::refuse(const api::status& s) {
  respond_status(config.exchange->responder, s);
  self->quit();
}

void stream_session_state::open() {
  auto parsed = stream_request_of(config.request);
  if (!parsed) return refuse(parsed.error());
  wanted = std::move(*parsed);
  open_kubelet(
    self, config, wanted,
    [this](caf::actor node_end) {
      peer = std::move(node_end);
      self->monitor(peer);
      upgrade();
    },
    [this](api::status s) { refuse(s); });
}

void stream_session_state::upgrade() {
  auto me = caf::actor_cast<caf::actor_addr>(self);
  wire::remote_acceptor acceptor;
  acceptor.on_ready = [me](wire::remote_streams_ptr ready) {
    ready->on_drained([me] { tell(me, tick_atom::value); });
    tell(me, start_atom::value, std::move(ready));
    return callbacks_of(me);
  };
  acceptor.on_failed = [me](std::string_view) { tell(me, exited_atom::value); };
  auto ok = wire::accept_remote(config.exchange->request, config.exchange->responder,
                                {wanted.in, wanted.out, wanted.err, wanted.tty}, std::move(acceptor));
  if (ok) return;
  api::status s = api::bad_request(ok.error().message);
  s.code = ok.error().status;
  refuse(s);
}

void stream_session_state::from_node(streams::channel to, const std::string& bytes) {
  if (to == streams::channel::status) {
    status += bytes;
    return;
  }
  if (!remote) {
    early.emplace_back(to, bytes);
    return;
  }
  auto pending = remote->write(static_cast<wire::channel>(to), bytes);
  if (!pending) return self->quit();
  owed += static_cast<std::uint32_t>(bytes.size());
  if (*pending < pending_high) drained();
}

void stream_session_state::drained() {
  if (owed > 0 && peer) self->send(peer, credit_atom::value, std::exchange(owed, 0));
}

void stream_session_state::node_closed(streams::channel which) {
  if (which != streams::channel::status) return;
  if (!remote) { // Ended before the upgrade: keep the answer for then.
    early.emplace_back(streams::channel::status, std::string{});
    return;
  }
  remote->finish(status.empty() ? R"({"metadata":{},"status":"Success"})" : status);
  self->quit();
}

void stream_session_state::from_client(streams::channel from, std::string bytes) {
  if (!peer) return;
  // The new size of a terminal overtakes what was typed before it.
  if (from != streams::channel::in) return self->send(peer, data_atom::value, from, std::move(bytes));
  input.push(std::move(bytes));
  send_input();
}

void stream_session_state::send_input() {
  while (auto bytes = input.next()) self->send(peer, data_atom::value, streams::channel::in, std::move(*bytes));
  if (input.empty() && std::exchange(input_ended, false)) self->send(peer, close_atom::value, streams::channel::in);
  if (!remote || paused == input.full()) return;
  paused = input.full();
  if (paused) remote->pause();
  else remote->resume();
}

void stream_session_state::client_closed(streams::channel which) {
  if (!peer) return;
  if (which != streams::channel::in) return self->send(peer, close_atom::value, which);
  input_ended = true;
  send_input();
}

caf::behavior stream_session(stream_session_state::self_pointer self, session_config config) {
  self->state.config = std::move(config);
  self->set_down_handler([=](caf::down_msg&) {
    self->state.node_gone = true;
    if (!self->state.remote) return;
    self->state.remote->abort();
    self->quit();
  });
  self->state.open();
  return {
    [=](start_atom, const wire::remote_streams_ptr& ready) {
      auto& s = self->state;
      s.remote = ready;
      for (auto& [to, bytes] : std::exchange(s.early, {}))
        if (to == streams::channel::status) return s.node_closed(to);
        else s.from_node(to, bytes);
      if (!s.node_gone) return;
      s.remote->abort();
      self->quit();
    },
    [=](data_atom, streams::channel to, const std::string& bytes) { self->state.from_node(to, bytes); },
    [=](close_atom, streams::channel which) { self->state.node_closed(which); },
    [=](credit_atom, std::uint32_t bytes) {
      self->state.input.grant(bytes);
      self->state.send_input();
    },
    [=](write_atom, streams::channel from, std::string& bytes) { self->state.from_client(from, std::move(bytes)); },
    [=](stop_atom, streams::channel from) { self->state.client_closed(from); },
    [=](tick_atom) { self->state.drained(); },
    [=](exited_atom) { self->quit(); },
  };
}

} // namespace troupe::actors::apiserver
