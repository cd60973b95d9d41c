#include "actors/apiserver/log_session.hpp"
#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

namespace troupe::actors::apiserver {

namespace {
/// More than this waiting for the client's socket holds the kubelet back.
constexpr std::size_t pending_high = 128 * 1024;
} // namespace

void log_session_state::open() {
  auto wanted = stream_request_of(config.request);
  if (!wanted) {
    respond_status(config.exchange->responder, wanted.error());
    return self->quit();
  }
  open_kubelet(
    self, config, std::move(*wanted),
    [this](caf::actor node_end) {
      peer = std::move(node_end);
      self->monitor(peer);
      stream = config.exchange->responder.stream(200, answer_headers("text/plain"));
      auto me = caf::actor_cast<caf::actor_addr>(self);
      stream.on_close([me] {
        if (auto strong = caf::actor_cast<caf::strong_actor_ptr>(me))
          caf::anon_send_exit(caf::actor_cast<caf::actor>(strong), caf::exit_reason::user_shutdown);
      });
      stream.on_drained([me] {
        if (auto strong = caf::actor_cast<caf::strong_actor_ptr>(me))
          caf::anon_send(caf::actor_cast<caf::actor>(strong), tick_atom::value);
      });
      if (!early.empty()) data(std::exchange(early, {}));
      if (ended) close();
    },
    [this](api::status s) {
      respond_status(config.exchange->responder, s);
      self->quit();
    });
}

void log_session_state::data(const std::string& bytes) {
  // The lines may overtake the answer that the kubelet's end is open: it came by way of two actors more.
  if (!stream) {
    early += bytes;
    return;
  }
  auto pending = stream.write(bytes);
  if (!pending) return self->quit();
  owed += static_cast<std::uint32_t>(bytes.size());
  if (*pending < pending_high) drained();
}

void log_session_state::drained() {
  if (owed > 0 && peer) self->send(peer, credit_atom::value, std::exchange(owed, 0));
}

void log_session_state::close() {
  ended = true;
  if (!stream) return;
  stream.finish();
  self->quit();
}

caf::behavior log_session(log_session_state::self_pointer self, session_config config) {
  self->state.config = std::move(config);
  self->set_down_handler([=](caf::down_msg&) { self->state.close(); });
  self->state.open();
  return {
    [=](data_atom, streams::channel, const std::string& bytes) { self->state.data(bytes); },
    [=](close_atom, streams::channel) { self->state.close(); },
    [=](credit_atom, std::uint32_t) {},
    [=](tick_atom) { self->state.drained(); },
  };
}

} // namespace troupe::actors::apiserver
