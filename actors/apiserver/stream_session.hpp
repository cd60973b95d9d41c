#pragma once
#include "actors/apiserver/node_link.hpp"
#include "actors/base/spawn.hpp"
#include "actors/streams/outgoing.hpp"
#include "net/streams/port_forward.hpp"
#include "net/streams/remote_streams.hpp"
#include <caf/allowed_unsafe_message_type.hpp>
#include <deque>

namespace troupe::actors::apiserver {

/// One exec or attach: joins the client's streams to the kubelet's end. The kubelet is asked first, so that its refusal
/// is a plain HTTP answer.
struct stream_session_state {
  static inline const char* name = "stream";
  using self_pointer = stateful<stream_session_state>*;
  explicit stream_session_state(self_pointer s) : self(s) {}

  void open();
  void upgrade();
  void from_node(streams::channel to, const std::string& bytes);
  void from_client(streams::channel from, std::string bytes);
  void node_closed(streams::channel which);
  void drained();
  void client_closed(streams::channel which);
  void send_input();
  void refuse(const api::status& s);

  self_pointer self;
  session_config config;
  streams::request wanted;
  caf::actor peer;
  net::streams::remote_streams_ptr remote; ///< null until the connection is upgraded
  std::deque<std::pair<streams::channel, std::string>> early; ///< output before that; bounded by the credit
  std::string status;              ///< the Status that ends the session
  std::uint32_t owed = 0;          ///< bytes passed on whose credit was not granted yet
  streams::outgoing input;         ///< from the client to the kubelet's end
  bool input_ended = false;        ///< the client has ended it; told to the kubelet's end after the last byte
  bool paused = false;             ///< the client's connection is not read
  bool node_gone = false; ///< the kubelet's end is no more; what it said before is still to be told
};

caf::behavior stream_session(stream_session_state::self_pointer self, session_config config);

/// One port-forward: an actor of its own for each connection that the client opens.
struct forward_session_state {
  static inline const char* name = "port_forward";
  using self_pointer = stateful<forward_session_state>*;
  explicit forward_session_state(self_pointer s) : self(s) {}
  void open();

  self_pointer self;
  session_config config;
};

caf::behavior forward_session(forward_session_state::self_pointer self, session_config config);

} // namespace troupe::actors::apiserver

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::net::streams::remote_streams_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::net::streams::forwarded_connection_ptr)
