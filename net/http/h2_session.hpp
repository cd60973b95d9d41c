#pragma once
#include "net/http/server_core.hpp"
#include <map>

struct nghttp2_session;

namespace troupe::net::http {

class h2_stream;

/// The server's side of one HTTP/2 connection, on nghttp2, which owns framing, HPACK and flow control.
class h2_session final : public driver {
public:
  h2_session(connection& link, std::shared_ptr<server_core> core, std::shared_ptr<const http::peer> peer);
  ~h2_session() override;

  void opened() override;
  void received(std::string_view bytes) override;
  void peer_ended() override;
  void fill() override;
  void drained() override;
  void deadline_passed() override;
  void closed(ending why) override;

  /// The server is stopping: GOAWAY, then the end once the streams in progress are done.
  void retire() override;

  // For the streams and nghttp2's callbacks.
  [[nodiscard]] nghttp2_session* native() noexcept { return session_; }
  [[nodiscard]] connection& link() noexcept { return link_; }
  [[nodiscard]] server_core& core() noexcept { return *core_; }
  h2_stream* open_stream(int id);
  void dispatch(h2_stream& stream);
  void close_stream(int id);
  void count_reset();
  /// nghttp2 has new output.
  void touch() { link_.touch(); }

private:
  void check_end();
  void plan_deadline();

  connection& link_;
  std::shared_ptr<server_core> core_;
  std::shared_ptr<const http::peer> peer_;
  nghttp2_session* session_ = nullptr;
  std::map<int, std::unique_ptr<h2_stream>> streams_;
  clock::time_point reset_window_{};
  unsigned resets_ = 0;
};

} // namespace troupe::net::http
