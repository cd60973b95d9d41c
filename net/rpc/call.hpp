#pragma once
#include "net/http/loop.hpp"
#include "net/rpc/status.hpp"
#include "net/rpc/wire.hpp"
#include <atomic>
#include <vector>

namespace troupe::net::rpc {

class session;
struct session_callbacks;

/// Who answers one call. Called on the thread of the call's loop, never from within a member of the call.
class callee {
public:
  virtual ~callee() = default;
  /// A message of the client; valid during the call only.
  virtual void received(std::string_view message) = 0;
  /// The client has nothing more to say.
  virtual void ended() = 0;
  /// What was given to `call::send` has gone out: the next message may follow.
  virtual void written() {}
  /// The call is over, for whatever reason. The last call.
  virtual void closed() {}
};

/// One call on the server's side, and its stream of HTTP/2. The public part may be used from any thread, and outlives
/// connection and server: then it does nothing.
class call final : public http::target, public std::enable_shared_from_this<call> {
public:
  call(std::shared_ptr<http::loop> io, session& at, int stream, std::size_t message_bytes_max);

  /// Asks for the next message of the client.
  void want();
  /// Sends a message, which has its prefix already. One at a time.
  void send(std::string prefixed);
  /// Ends the call behind what was sent. Only the first end counts.
  void finish(status s);
  /// The same with a last message in front, which has its prefix already.
  void finish_with(std::string prefixed);
  /// The client has left, or the call has ended.
  [[nodiscard]] bool over() const noexcept { return over_.load(std::memory_order_relaxed); }
  /// The client's; `max()` without one.
  [[nodiscard]] http::clock::time_point deadline() const noexcept { return deadline_; }

  /// A command that one of the above has sent.
  void run(http::command& what) override;

private:
  friend class session;
  friend struct session_callbacks;
  enum verb { verb_want, verb_send, verb_finish };
  void submit(verb what, std::shared_ptr<const std::string> bytes = {}, std::shared_ptr<status> end = {});

  // The loop's thread only (call.cpp).
  void data(std::string_view bytes);
  void request_complete();
  void judge(message_reader::verdict v);
  void deliver();
  void answer();
  void end(status s);
  [[nodiscard]] std::ptrdiff_t read(char* into, std::size_t size, bool& last);
  void detach();

  std::shared_ptr<http::loop> io_;
  http::clock::time_point deadline_ = http::clock::time_point::max();
  std::atomic<bool> over_{false};

  session* at_; ///< null when the stream is gone
  int stream_;
  message_reader in_;
  std::shared_ptr<callee> by_;
  std::size_t unread_ = 0; ///< bytes that the client may not yet replace by others
  std::size_t held_ = 0;   ///< of what all calls hold in memory
  bool eager_ = false;     ///< messages need no asking; the callee is let go when the request is complete
  bool wanted_ = false, complete_ = false, told_end_ = false;

  std::vector<std::shared_ptr<const std::string>> out_; ///< rarely more than one
  std::size_t offset_ = 0; ///< in the first of them
  status last_;
  bool started_ = false, finished_ = false, deferred_ = false;
};

} // namespace troupe::net::rpc
