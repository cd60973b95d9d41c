#pragma once
#include "net/tls/channel.hpp"
#include "tests/net/http/loopback.hpp"
#include <map>
#include <nghttp2/nghttp2.h>

namespace troupe::net::http {

/// A blocking HTTP/2 client of one connection, which can also misbehave.
class h2_peer {
public:
  struct answer {
    int status = 0;
    std::string body;
    bool ended = false;
    std::uint32_t error = 0;
  };

  explicit h2_peer(std::uint16_t port, std::uint32_t window = 65535);
  ~h2_peer();
  h2_peer(const h2_peer&) = delete;

  /// Sends a request; `body` goes along if not null. The number of its stream.
  int ask(std::string_view method, std::string_view path, const std::string* body = nullptr,
          std::vector<std::pair<std::string, std::string>> more = {});
  void reset(int stream);
  /// The head of a request whose body never ends.
  int ask_open(std::string_view path);
  /// Sends what is waiting, without looking for answers.
  void flush() { lost = lost || !send_pending(); }
  /// Sends and receives until the condition holds; false if the connection ended or time ran out.
  bool until(const std::function<bool()>& condition, std::chrono::milliseconds limit = std::chrono::seconds(5));
  bool done(int stream) {
    return until([&] { return answers[stream].ended; });
  }

  std::map<int, answer> answers;
  std::optional<std::uint32_t> goaway;
  bool lost = false;

private:
  bool send_pending();
  int fd_;
  std::unique_ptr<tls::channel> channel_;
  nghttp2_session* session_ = nullptr;
  std::map<int, std::pair<std::string, std::size_t>> bodies_;
  friend struct h2_peer_callbacks;
};

} // namespace troupe::net::http
