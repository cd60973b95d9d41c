#include "actors/apiserver/stream_session.hpp"
#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

namespace troupe::actors::apiserver {

namespace {

namespace wire = net::streams;

constexpr std::size_t pending_high = 256 * 1024;

template <class... Ts> void tell(const caf::actor_addr& whom, Ts&&... xs) {
  if (auto strong = caf::actor_cast<caf::strong_actor_ptr>(whom))
    caf::anon_send(caf::actor_cast<caf::actor>(strong), std::forward<Ts>(xs)...);
}

/// One forwarded connection: bytes between the client's pair of streams and a socket in the pod.
struct connection_state {
  static inline const char* name = "forwarded";
  using self_pointer = stateful<connection_state>*;
  explicit connection_state(self_pointer s) : self(s) {}

  self_pointer self;
  session_config config;
  wire::forwarded_connection_ptr wire_end;
  caf::actor peer;
  streams::outgoing input; ///< from the client; waits until the kubelet's end is there
  bool client_ended = false;
  std::string failure;
  std::uint32_t owed = 0;
  bool paused = false;

  void open(std::uint16_t port) {
    streams::request wanted;
    wanted.what = streams::kind::port_forward;
    wanted.ns = config.request.what.ns;
    wanted.pod = config.request.what.name;
    wanted.port = port;
    open_kubelet(
      self, config, wanted,
      [this](caf::actor node_end) {
        peer = std::move(node_end);
        self->monitor(peer);
        send_input();
      },
      [this](api::status s) {
        wire_end->fail(s.message);
        self->quit();
      });
  }
  void from_client(std::string bytes) {
    input.push(std::move(bytes));
    send_input();
  }
  void send_input() {
    if (peer) {
      while (auto bytes = input.next()) self->send(peer, data_atom::value, streams::channel::in, std::move(*bytes));
      if (input.empty() && std::exchange(client_ended, false))
        self->send(peer, close_atom::value, streams::channel::in);
    }
    if (paused == input.full()) return;
    paused = input.full();
    if (paused) wire_end->pause();
    else wire_end->resume();
  }
  void from_node(streams::channel from, const std::string& bytes) {
    if (from == streams::channel::status) {
      failure += bytes;
      return;
    }
    auto pending = wire_end->write(bytes);
    if (!pending) return self->quit();
    owed += static_cast<std::uint32_t>(bytes.size());
    if (*pending < pending_high) drained();
  }
  void drained() {
    if (owed > 0 && peer) self->send(peer, credit_atom::value, std::exchange(owed, 0));
  }
  void close() {
    if (failure.empty()) wire_end->end();
    else wire_end->fail(failure);
    if (paused) wire_end->resume();
    self->quit();
  }
  void grant(std::uint32_t bytes) {
    input.grant(bytes);
    send_input();
  }
};

caf::behavior connection(connection_state::self_pointer self, session_config config, std::uint16_t port,
                         wire::forwarded_connection_ptr end) {
  self->state.config = std::move(config);
  self->state.wire_end = std::move(end);
  auto me = caf::actor_cast<caf::actor_addr>(self);
  self->state.wire_end->on_drained([me] { tell(me, tick_atom::value); });
  self->set_down_handler([=](caf::down_msg&) { self->state.close(); });
  self->state.open(port);
  return {
    [=](data_atom, streams::channel from, const std::string& bytes) { self->state.from_node(from, bytes); },
    [=](close_atom, streams::channel which) {
      // The target's end of output ends the connection, as a closed socket does.
      if (which == streams::channel::out || which == streams::channel::status) self->state.close();
    },
    [=](credit_atom, std::uint32_t bytes) { self->state.grant(bytes); },
    [=](write_atom, std::string& bytes) { self->state.from_client(std::move(bytes)); },
    [=](stop_atom) {
      self->state.client_ended = true;
      self->state.send_input();
    },
    [=](tick_atom) { self->state.drained(); },
    [=](exited_atom) {
      if (self->state.paused) self->state.wire_end->resume();
      self->quit();
    },
  };
}

} // namespace

void forward_session_state::open() {
  auto me = caf::actor_cast<caf::actor_addr>(self);
  wire::forward_acceptor acceptor;
  // Runs on an I/O thread: the connection's actor is spawned there, so that its address is known to the callbacks.
  acceptor.on_connection = [me, config = config, system = &self->system()](std::uint16_t port,
                                                                           wire::forwarded_connection_ptr end) {
    auto actor = system->spawn(connection, config, port, std::move(end));
    auto address = actor.address();
    // The last callback drops this handle; until then the actor must be there to take what comes.
    wire::forward_callbacks c;
    c.on_data = [actor](std::string_view bytes) { caf::anon_send(actor, write_atom::value, std::string(bytes)); };
    c.on_end = [address] { tell(address, stop_atom::value); };
    c.on_close = [address] { tell(address, exited_atom::value); };
    return c;
  };
  acceptor.on_close = [me] { tell(me, exited_atom::value); };
  auto ok = wire::accept_port_forward(config.exchange->request, config.exchange->responder, std::move(acceptor));
  if (ok) return;
  api::status s = api::bad_request(ok.error().message);
  s.code = ok.error().status;
  respond_status(config.exchange->responder, s);
  self->quit();
}

caf::behavior forward_session(forward_session_state::self_pointer self, session_config config) {
  self->state.config = std::move(config);
  self->state.open();
  return {[=](exited_atom) { self->quit(); }};
}

} // namespace troupe::actors::apiserver
