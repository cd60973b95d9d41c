#pragma once
#include "net/rpc/server.hpp"
#include "tests/net/http/loopback.hpp"
#include <condition_variable>
#include <map>
#include <mutex>
#include <nghttp2/nghttp2.h>

namespace troupe::net::rpc {

/// A blocking client of one plain connection, which can also misbehave.
class rpc_peer {
public:
  struct answer {
    std::map<std::string, std::string> fields; ///< of head and trailer
    std::string body;
    bool ended = false;
    std::uint32_t error = 0;
  };

  explicit rpc_peer(std::uint16_t port, std::uint32_t window = 65535);
  ~rpc_peer();
  rpc_peer(const rpc_peer&) = delete;

  /// Begins a call; `body` are its bytes on the wire, and more may follow unless it is `whole`.
  int ask(const std::string& path, std::string body, bool whole = true,
          std::vector<std::pair<std::string, std::string>> more = {}, const std::string& content = "application/grpc",
          const std::string& method = "POST");
  void say(int stream, std::string_view bytes, bool last = false);
  void reset(int stream);
  bool until(const std::function<bool()>& condition, std::chrono::milliseconds limit = std::chrono::seconds(5));
  bool done(int stream) {
    return until([&] { return answers[stream].ended; });
  }
  /// Waits for the end: "grpc-status grpc-message".
  std::string status_of(int stream);
  /// Bytes that the server has not yet made room for.
  std::size_t unsent(int stream) { return out_[stream].bytes.size() - out_[stream].at; }

  std::map<int, answer> answers;
  std::optional<std::uint32_t> goaway;
  bool lost = false;

private:
  friend struct rpc_peer_callbacks;
  struct output {
    std::string bytes;
    std::size_t at = 0;
    bool last = false;
  };
  bool send_pending();
  int fd_;
  nghttp2_session* native_ = nullptr;
  std::map<int, output> out_;
};

/// A message as it is on the wire.
[[nodiscard]] std::string framed(std::string_view message);

/// Three methods: /s/Once answers a message with itself, or drops the call if it is "drop", or fails if it is "fail";
/// /s/Both echoes a stream message by message, and keeps still while `held`; /s/No refuses.
class echo_service final : public service {
public:
  std::optional<int> find(std::string_view path) const override;
  std::variant<answerer, status> open(int method, std::shared_ptr<call> c) override;
  std::optional<status> refuses(const peer&) override { return unwelcome; }

  bool closed(int count);
  std::optional<status> unwelcome;
  std::atomic<bool> held{false};
  std::shared_ptr<call> last; ///< to be looked at between calls

  struct events {
    std::mutex mutex;
    std::condition_variable changed;
    int closed = 0;
  };
  std::shared_ptr<events> told = std::make_shared<events>();
};

/// A server of it on a free port.
class rpc_test : public ::testing::Test {
protected:
  void SetUp() override { start({}); }
  void start(server_config c) {
    auto started = server::start(std::move(c), service);
    ASSERT_TRUE(started.has_value()) << started.error();
    running = std::move(*started);
  }
  echo_service service;
  std::unique_ptr<server> running;
};

} // namespace troupe::net::rpc
