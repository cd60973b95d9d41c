#pragma once
#include "tools/bench/link.hpp"
#include "tools/bench/load_plan.hpp"
#include "tools/bench/request_pattern.hpp"
#include "tools/bench/response_scan.hpp"
#include <memory>

namespace troupe::tools::bench {

/// One request in flight: gets the status, the body, and then the end of its answer.
class call : public body_sink {
public:
  /// The last that it hears. False: the connection broke before the answer was complete.
  virtual void ended(bool complete) = 0;
};

/// One connection that carries requests; all on the thread of its poller. Calls must outlive the lane or their end.
class lane {
public:
  virtual ~lane() = default;
  /// Takes a request; its bytes are sent by `settle` at the latest. Not for more than the lane's streams at a time.
  virtual void submit(const wire_request& what, call& who) = 0;
  /// Sends what was submitted since the last time.
  virtual void settle() = 0;
  /// The socket is ready. Ends of calls come from here.
  virtual void ready(bool readable, bool writable) = 0;
  /// False once the connection is lost, or the server lets it end: then calls in flight still hear their end, but new
  /// requests need a new lane.
  [[nodiscard]] virtual bool accepts() const noexcept = 0;
};

/// Opens a connection for that protocol and registers it. The error is a sentence.
[[nodiscard]] tl::expected<std::unique_ptr<lane>, std::string> open_lane(const dialer& to, wire how, poller& events);
/// The protocols to offer by ALPN for `how`.
[[nodiscard]] std::vector<std::string> protocols_of(wire how);

} // namespace troupe::tools::bench
