#pragma once
#include "net/http/exchange.hpp"
#include "net/http/h2_session.hpp"
#include <deque>

namespace troupe::net::http {

/// One request and its answer within an HTTP/2 connection.
class h2_stream final : public exchange_sink {
public:
  h2_stream(h2_session& session, int id) : session_(session), id_(id) {}
  ~h2_stream() override;

  // The request, as nghttp2 delivers it.
  void header(std::string_view name, std::string_view value);
  /// The head is complete; `last`: there is no body.
  void head_complete(bool last);
  void data(std::string_view bytes);
  void request_complete();

  // The answer.
  void answer(exchange& of, int status, const headers& fields, std::shared_ptr<const std::string> body) override;
  void begin(exchange& of, int status, const headers& fields) override;
  void chunk(exchange& of, std::shared_ptr<const std::string> bytes) override;
  void finish(exchange& of) override;
  void abort(exchange& of) override;
  void upgrade(exchange& of, const headers& fields, std::shared_ptr<upgraded_stream> stream) override;
  void refuse(int status, std::string_view message);
  /// Copies up to `size` bytes of the answer; -1 if there is nothing yet. `last` tells that this was all.
  [[nodiscard]] std::ptrdiff_t read(char* into, std::size_t size, bool& last);
  /// The frame that ends the answer has gone to the connection.
  void answered();

  [[nodiscard]] bool awaits_request() const noexcept { return !dispatched_ && !refused_; }

  http::request request;
  std::shared_ptr<exchange> current;
  clock::time_point deadline = clock::time_point::max();  ///< for the rest of the request

private:
  void submit(int status, const headers& fields, bool body);
  void wake();

  h2_session& session_;
  int id_;
  std::string target_;
  std::size_t header_bytes_ = 0, reserved_ = 0;
  std::deque<std::shared_ptr<const std::string>> out_;
  std::size_t offset_ = 0;
  bool dispatched_ = false, refused_ = false, finished_ = false, deferred_ = false, streaming_ = false,
       headers_too_large_ = false, complete_ = false;
};

} // namespace troupe::net::http
