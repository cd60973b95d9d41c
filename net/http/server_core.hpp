#pragma once
#include "net/http/connection.hpp"
#include "net/http/server.hpp"
#include <atomic>

namespace troupe::net::http {

/// What all connections of one server share. Immutable but for the counters and `draining`.
struct server_core {
  server_config config;
  server::handler on_request;
  std::atomic<bool> draining{false};
  struct {
    std::atomic<std::uint64_t> requests_in_flight{0}, buffered_bytes{0}, handshake_failures{0}, requests{0},
        bad_requests{0}, timeouts{0}, slow_streams_closed{0};
  } counters;

  [[nodiscard]] error_body describe(int status, std::string_view message) const;
  /// Calls the handler; one that throws costs its client a 500 and nobody else anything.
  void dispatch(request what, responder answer) const;
  /// Reserves room for a part of a request body; false if the server as a whole holds too much.
  [[nodiscard]] bool reserve(std::size_t bytes) noexcept;
  void release(std::size_t bytes) noexcept;
};

/// The words that Kubernetes uses for a body above the limit.
[[nodiscard]] std::string too_large_message(std::size_t limit);

} // namespace troupe::net::http
