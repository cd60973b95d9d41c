#pragma once
#include "net/http/byte_stream.hpp"
#include "net/http/headers.hpp"
#include "net/tls/context.hpp"
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>

namespace troupe::net::http {

class loop;

struct client_config {
  std::string host;                 ///< IP address or name
  std::uint16_t port = 0;
  std::optional<tls::context> tls;  ///< none: plain HTTP
  std::string server_name;          ///< to verify and for SNI; default: `host`
  std::size_t connections_max = 64; ///< further requests wait for a free one
  std::size_t body_bytes_max = 256 << 20;            ///< of one collected answer
  std::chrono::milliseconds idle_timeout{30'000};    ///< unused connections are closed
};

struct client_request {
  std::string method = "GET";
  std::string target = "/";         ///< path and query
  headers fields;
  std::shared_ptr<const std::string> body;      ///< may be null
  std::chrono::milliseconds timeout{30'000};    ///< until the whole answer is there; streams: until its head
};

struct client_response {
  int status = 0;
  headers fields;
  std::string body;
};

enum class client_errc { connect, tls, timed_out, closed, protocol, too_large, cancelled };

struct client_error {
  client_errc code;
  std::string message;
  /// False: the server has not seen the request, it may be repeated. True: it may have been carried out.
  bool may_have_happened = true;
};

template <class T> using client_result = tl::expected<T, client_error>;

/// Ends a stream early; may be called from any thread, once or more often.
using canceller = std::function<void()>;

/// What becomes of a streamed answer. Callbacks run on the loop's thread and must not block.
struct stream_callbacks {
  std::function<void(int status, const headers&)> on_head;
  std::function<void(std::string_view)> on_data;
  /// The last call: without an error the answer was complete.
  std::function<void(std::optional<client_error>)> on_end;
};

/// Answer to an upgrade: the raw connection on 101, otherwise just the response.
struct upgrade_result {
  client_response response;
  byte_stream_ptr stream;
};

/// An HTTP/1.1 client of one server: a pool of kept-alive connections, each with one request at a time. All calls are
/// thread-safe. A request on a connection that turns out to be dead is repeated once on a new one if it is idempotent.
class client {
public:
  /// `io` must outlive the client's use and be stopped by its owner.
  [[nodiscard]] static std::shared_ptr<client> make(std::shared_ptr<loop> io, client_config config);
  ~client();

  /// `done` runs on the loop's thread.
  void send(client_request what, std::function<void(client_result<client_response>)> done);
  canceller stream(client_request what, stream_callbacks callbacks);
  void upgrade(client_request what, std::function<void(client_result<upgrade_result>)> done);
  /// Blocks the calling thread, which must not be the loop's.
  [[nodiscard]] client_result<client_response> call(client_request what);
  [[nodiscard]] client_result<upgrade_result> call_upgrade(client_request what);
  /// Ends all connections; requests in progress fail with `cancelled`.
  void close();

private:
  class impl;
  explicit client(std::shared_ptr<impl> made) : impl_(std::move(made)) {}
  std::shared_ptr<impl> impl_;
};

} // namespace troupe::net::http
