#pragma once
#include "actors/apiserver/node_link.hpp"
#include "actors/base/spawn.hpp"
#include "net/http/responder.hpp"

namespace troupe::actors::apiserver {

/// One `kubectl logs`: passes bytes from the kubelet to the connection as fast as the client reads.
struct log_session_state {
  static inline const char* name = "log";
  using self_pointer = stateful<log_session_state>*;
  explicit log_session_state(self_pointer s) : self(s) {}

  void open();
  void data(const std::string& bytes);
  void drained();
  void close();

  self_pointer self;
  session_config config;
  caf::actor peer;
  net::http::stream_writer stream; ///< empty until the kubelet has answered
  std::string early;               ///< lines that came before that answer; bounded by the credit
  bool ended = false;              ///< the kubelet's end has sent everything
  std::uint32_t owed = 0; ///< bytes passed on whose credit was not granted yet
};

caf::behavior log_session(log_session_state::self_pointer self, session_config config);

} // namespace troupe::actors::apiserver
