#pragma once
#include "net/http/client.hpp"
#include "net/http/connection.hpp"
#include "net/http/h1_body.hpp"
#include "net/http/h1_head.hpp"

namespace troupe::net::http {

/// One request on its way, from the queue to its last callback. On the loop's thread only.
class operation final : public timed, public std::enable_shared_from_this<operation> {
public:
  client_request request;
  bool upgrade = false, repeated = false;
  // Exactly one of the three kinds of consumer is set.
  std::function<void(client_result<client_response>)> on_response;
  std::function<void(client_result<upgrade_result>)> on_upgrade;
  stream_callbacks stream;

  client_response response;
  bool over = false;
  class client_session* session = nullptr;
  std::function<void(operation&)> on_timeout;

  void expired() override { on_timeout(*this); }
  [[nodiscard]] bool collects() const noexcept { return on_response || on_upgrade; }
  void fail(client_error error);
  void succeed(byte_stream_ptr upgraded);
};

/// What a session tells the pool it belongs to.
class session_owner {
public:
  virtual ~session_owner() = default;
  /// Ready for a request: after the handshake and after each answer.
  virtual void free(client_session& session) = 0;
  /// Gone; `unfinished` is what it was working on and may be repeated if `unseen`.
  virtual void lost(client_session& session, std::shared_ptr<operation> unfinished, client_error why) = 0;
};

/// The client's side of one HTTP/1.1 connection.
class client_session final : public driver {
public:
  client_session(connection& link, std::shared_ptr<session_owner> owner, const client_config& config);

  /// Only when free.
  void run(std::shared_ptr<operation> what);
  void cancel();
  /// The handshake is done.
  [[nodiscard]] bool ready() const noexcept { return opened_; }
  [[nodiscard]] bool used_before() const noexcept { return answers_ > 0; }

  void opened() override;
  void received(std::string_view bytes) override;
  void peer_ended() override;
  void deadline_passed() override;
  void closed(ending why) override;

private:
  void read_head(std::string_view& bytes);
  void read_body(std::string_view& bytes);
  void complete();
  void become_stream(std::string_view early);
  void break_off(client_errc code, std::string_view message);

  connection& link_;
  std::shared_ptr<session_owner> owner_;
  const client_config& config_;
  std::shared_ptr<operation> current_;
  h1::head_reader reader_;
  h1::body_reader body_;
  std::optional<client_error> why_;
  std::size_t answers_ = 0;
  bool in_body_ = false, keep_alive_ = true, opened_ = false;
};

} // namespace troupe::net::http
