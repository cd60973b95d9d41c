#pragma once
#include <string>

/// The server's side of gRPC: HTTP/2 by nghttp2 on the loops of `net/http` (docs/decisions/0005).
namespace troupe::net::rpc {

/// The codes of gRPC.
enum class code : int {
  ok = 0,
  cancelled = 1,
  unknown = 2,
  invalid_argument = 3,
  deadline_exceeded = 4,
  not_found = 5,
  already_exists = 6,
  permission_denied = 7,
  resource_exhausted = 8,
  failed_precondition = 9,
  aborted = 10,
  out_of_range = 11,
  unimplemented = 12,
  internal = 13,
  unavailable = 14,
  data_loss = 15,
  unauthenticated = 16,
};

/// How a call ends.
struct status {
  code what = code::ok;
  std::string text;
  bool operator==(const status&) const = default;
};

} // namespace troupe::net::rpc
