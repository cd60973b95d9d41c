#pragma once
#include "net/rpc/server.hpp"
#include <unordered_map>

struct nghttp2_session;

namespace troupe::net::rpc {

/// The server's side of one connection, on nghttp2, which owns framing, HPACK and flow control.
class session final : public http::driver {
public:
  session(http::connection& link, std::shared_ptr<shared_state> shared);
  ~session() override;

  void opened() override;
  void received(std::string_view bytes) override;
  void peer_ended() override;
  void fill() override;
  void drained() override { check_end(); }
  void deadline_passed() override;
  void retire() override;
  void closed(http::ending why) override;

  // For nghttp2's callbacks.
  /// The client has said who it is.
  void greeted();
  call& begin(int stream);
  /// False: the head of the request is too long.
  [[nodiscard]] bool header(call& c, std::string_view name, std::string_view value);
  void head_complete(call& c);
  void close_stream(int stream);

  // For the calls.
  [[nodiscard]] nghttp2_session* native() noexcept { return native_; }
  [[nodiscard]] shared_state& shared() noexcept { return *shared_; }
  /// nghttp2 has new output.
  void touch() { link_.touch(); }

private:
  void check_end();
  void refuse(call& c, const char* http_status);
  /// Of the request that is being read: a connection sends the head of one after that of another.
  struct head {
    std::optional<int> method;
    std::string path; ///< of a method that is not known
    bool post = false, grpc = false, bad_timeout = false;
    std::size_t bytes = 0;
  };

  http::connection& link_;
  std::shared_ptr<shared_state> shared_;
  std::optional<status> refused_; ///< the peer is not welcome
  nghttp2_session* native_ = nullptr;
  head head_;
  bool greeted_ = false;
  std::unordered_map<int, std::shared_ptr<call>> calls_;
};

} // namespace troupe::net::rpc
