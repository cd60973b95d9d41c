#pragma once
#include "net/http/exchange.hpp"
#include "net/http/h1_body.hpp"
#include "net/http/h1_head.hpp"
#include "net/http/server_core.hpp"
#include <optional>

namespace troupe::net::http {

/// The server's side of one HTTP/1.x connection. One request is in progress at a time; what a client sends ahead waits,
/// up to 64 KiB, and then in the socket.
class h1_session final : public driver, public exchange_sink {
public:
  h1_session(connection& link, std::shared_ptr<server_core> core, std::shared_ptr<const http::peer> peer);
  ~h1_session() override;

  void opened() override;
  void received(std::string_view bytes) override;
  void peer_ended() override;
  void sent(std::size_t bytes) override;
  void drained() override;
  void deadline_passed() override;
  void closed(ending why) override;

  void answer(exchange& of, int status, const headers& fields, std::shared_ptr<const std::string> body) override;
  void begin(exchange& of, int status, const headers& fields) override;
  void chunk(exchange& of, std::shared_ptr<const std::string> bytes) override;
  void finish(exchange& of) override;
  void abort(exchange& of) override;
  void upgrade(exchange& of, const headers& fields, std::shared_ptr<upgraded_stream> stream) override;

  /// The server is stopping: no request after the one in progress.
  void retire() override;

private:
  enum class phase { idle, head, body, handling, streaming, closing };
  void consume(std::string_view& bytes);
  [[nodiscard]] bool consume_head(std::string_view& bytes);
  [[nodiscard]] bool consume_body(std::string_view& bytes);
  void start_request();
  void refuse(int status, std::string_view message);
  void complete();
  void give_back();

  connection& link_;
  std::shared_ptr<server_core> core_;
  std::shared_ptr<const http::peer> peer_;
  h1::head_reader reader_;
  h1::body_reader body_;
  h1::request_head head_;
  std::shared_ptr<exchange> current_;
  std::string ahead_;             ///< bytes of requests after the one in progress
  std::size_t reserved_ = 0;      ///< bytes of the body counted in the server's total
  phase phase_ = phase::idle;
  http::version version_ = version::http_1_1;
  bool keep_alive_ = true, chunked_ = false, peer_ended_ = false, no_body_ = false;
};

} // namespace troupe::net::http
