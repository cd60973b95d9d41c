#pragma once
#include "actors/base/atoms.hpp"
#include <caf/actor.hpp>
#include <caf/meta/type_name.hpp>
#include <cstdint>
#include <string>
#include <vector>

/// How bytes of exec, attach, logs and port-forward travel between the actor that holds the client's connection and the
/// actor that holds the process, the file or the socket. Both ends are untyped actors, monitor each other, and speak:
///
///   (data_atom, channel, std::string)      bytes; the sender has used that much of its credit on this direction
///   (credit_atom, std::uint32_t bytes)     the receiver has passed on so many bytes: the sender may send as many more
///   (close_atom, channel)                  end of that channel (half-close); the end of `status` ends the session
///
/// Each direction starts with `initial_credit` bytes over all channels. A sender without credit stops reading its
/// source, so a slow client stops the process at its pipe instead of filling memory. An end that dies ends the session.
namespace troupe::actors::streams {

/// Numbered as in Kubernetes' channel protocols (v4/v5.channel.k8s.io).
enum class channel : std::uint8_t { in = 0, out = 1, err = 2, status = 3, resize = 4 };

constexpr std::uint32_t initial_credit = 256 * 1024;
/// Data messages are not larger than this.
constexpr std::size_t chunk_limit = 32 * 1024;

enum class kind : std::uint8_t { exec, attach, logs, port_forward };

/// What a session is about. `status` carries one meta/v1 Status document as JSON at the end of exec and attach, and a
/// plain error text at a failure of port_forward; `resize` carries {"Width":w,"Height":h}.
struct request {
  kind what = kind::exec;
  std::string ns, pod, uid, container;
  // exec and attach
  std::vector<std::string> command;
  bool in = false, out = true, err = true, tty = false;
  // logs
  bool follow = false, previous = false, timestamps = false;
  std::int64_t tail_lines = -1;      ///< -1: all
  std::int64_t limit_bytes = -1;     ///< -1: no limit
  std::int64_t since_seconds = -1;   ///< -1: from the start
  std::string since_time;            ///< RFC 3339; empty: from the start
  // port_forward: `in` and `out` are the two directions of one connection
  std::uint16_t port = 0;
};

template <class Inspector> typename Inspector::result_type inspect(Inspector& f, request& x) {
  return f(caf::meta::type_name("stream"), x.what, x.ns, x.pod, x.uid, x.container, x.command, x.in, x.out, x.err,
           x.tty, x.follow, x.previous, x.timestamps, x.tail_lines, x.limit_bytes, x.since_seconds, x.since_time,
           x.port);
}

} // namespace troupe::actors::streams
