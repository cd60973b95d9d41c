#pragma once
#include "net/streams/port_forward.hpp"
#include "net/streams/remote_streams.hpp"
#include "tests/net/http/loopback.hpp"
#include <set>
#include <thread>
#include <vector>

namespace troupe::net::streams {

inline constexpr std::string_view success = R"({"metadata":{},"status":"Success"})";
inline constexpr std::string_view exit_3 =
    R"({"metadata":{},"status":"Failure","message":"command terminated with exit code 3","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"3"}]}})";

/// A server with one pod `p`, container `c`, of which exec behaves like one of these commands, and port-forward like an
/// echo service (port 1 refuses):
///   cat        repeats stdin on stdout and ends at its end     fail    writes to stderr and exits with 3
///   flood      writes 8 MiB to stdout as the client takes it   size    tells the terminal size it gets
///   hang       does nothing
class pod {
public:
  pod();
  std::mutex mutex;
  std::set<remote_streams_ptr> sessions;   ///< those not over, guarded by mutex
  std::string failure;                     ///< why a session failed to start, guarded by mutex
  http::flag closed, forward_closed;
  std::vector<std::jthread> processes;     ///< that take their time, guarded by mutex
  http::loopback net;  ///< last: its threads use the others until it has stopped

private:
  void handle(const http::request& what, const http::responder& answer);
  void exec(const http::request& what, const http::responder& answer);
  void forward(const http::request& what, const http::responder& answer);
  remote_callbacks run(const std::string& command, remote_streams_ptr streams);
};

} // namespace troupe::net::streams
