#include "net/rpc/session.hpp"
#include <array>
#include <nghttp2/nghttp2.h>

namespace troupe::net::rpc {

namespace {

/// Output is taken from nghttp2 while less than this is queued, so that flow control and resets still reach it.
constexpr std::size_t queue_target = 64 * 1024;
constexpr std::uint32_t window_bytes = 1 << 20;
constexpr std::size_t head_bytes_max = 16 << 10;
constexpr auto preface_limit = std::chrono::seconds(10);

session& self(void* user) { return *static_cast<session*>(user); }

call* call_of(nghttp2_session* native, std::int32_t stream) {
  return static_cast<call*>(nghttp2_session_get_stream_user_data(native, stream));
}

bool opens_request(const nghttp2_frame* frame) {
  return frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST;
}

std::string_view text(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

} // namespace

/// What nghttp2 calls.
struct session_callbacks {
  static int begin_headers(nghttp2_session* native, const nghttp2_frame* frame, void* user) {
    if (!opens_request(frame)) return 0;
    const auto stream = frame->hd.stream_id;
    nghttp2_session_set_stream_user_data(native, stream, &self(user).begin(stream));
    return 0;
  }
  static int header(nghttp2_session* native, const nghttp2_frame* frame, const std::uint8_t* name,
                    std::size_t name_size, const std::uint8_t* value, std::size_t value_size, std::uint8_t,
                    void* user) {
    if (!opens_request(frame)) return 0;
    auto* c = call_of(native, frame->hd.stream_id);
    const bool fits = c == nullptr || self(user).header(*c, text(name, name_size), text(value, value_size));
    return fits ? 0 : NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }
  static int data(nghttp2_session* native, std::uint8_t, std::int32_t stream, const std::uint8_t* bytes,
                  std::size_t size, void*) {
    if (auto* c = call_of(native, stream)) c->data(text(bytes, size));
    else nghttp2_session_consume(native, stream, size);
    return 0;
  }
  static int frame_received(nghttp2_session* native, const nghttp2_frame* frame, void* user) {
    if (frame->hd.type == NGHTTP2_SETTINGS) self(user).greeted();
    if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) return 0;
    auto* c = call_of(native, frame->hd.stream_id);
    if (c == nullptr) return 0;
    if (opens_request(frame)) self(user).head_complete(*c);
    if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) c->request_complete();
    return 0;
  }
  /// The client may stop sending what nobody will read (RFC 9113 section 8.1).
  static int frame_sent(nghttp2_session* native, const nghttp2_frame* frame, void*) {
    if (frame->hd.type != NGHTTP2_HEADERS || (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) return 0;
    const auto stream = frame->hd.stream_id;
    if (auto* c = call_of(native, stream); c != nullptr && !c->complete_)
      nghttp2_submit_rst_stream(native, NGHTTP2_FLAG_NONE, stream, NGHTTP2_NO_ERROR);
    return 0;
  }
  static int stream_closed(nghttp2_session* native, std::int32_t stream, std::uint32_t, void* user) {
    nghttp2_session_set_stream_user_data(native, stream, nullptr);
    self(user).close_stream(stream);
    return 0;
  }
  static nghttp2_session_callbacks* all() {
    static nghttp2_session_callbacks* const made = [] {
      nghttp2_session_callbacks* out = nullptr;
      nghttp2_session_callbacks_new(&out);
      nghttp2_session_callbacks_set_on_begin_headers_callback(out, &begin_headers);
      nghttp2_session_callbacks_set_on_header_callback(out, &header);
      nghttp2_session_callbacks_set_on_data_chunk_recv_callback(out, &data);
      nghttp2_session_callbacks_set_on_frame_recv_callback(out, &frame_received);
      nghttp2_session_callbacks_set_on_frame_send_callback(out, &frame_sent);
      nghttp2_session_callbacks_set_on_stream_close_callback(out, &stream_closed);
      return out;
    }();
    return made;
  }
  static nghttp2_option* options() {
    static nghttp2_option* const made = [] {
      nghttp2_option* out = nullptr;
      nghttp2_option_new(&out);
      nghttp2_option_set_no_closed_streams(out, 1);
      nghttp2_option_set_no_auto_window_update(out, 1); // Calls say when there is room for more.
      return out;
    }();
    return made;
  }
};

session::session(http::connection& link, std::shared_ptr<shared_state> shared)
    : link_(link), shared_(std::move(shared)) {
  nghttp2_session_server_new2(&native_, session_callbacks::all(), this, session_callbacks::options());
}

session::~session() { nghttp2_session_del(native_); }

void session::opened() {
  const auto& transport = link_.transport();
  if (transport.secure() && transport.alpn() != "h2") return link_.end(http::ending::failed);
  refused_ = shared_->serves.refuses({transport.peer_certificate_pem()});
  const std::array<nghttp2_settings_entry, 3> settings{{
    {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, shared_->config.calls_per_connection_max},
    {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, window_bytes},
    {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, head_bytes_max},
  }};
  nghttp2_submit_settings(native_, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  nghttp2_session_set_local_window_size(native_, NGHTTP2_FLAG_NONE, 0, window_bytes);
  link_.set_deadline(link_.io().now() + preface_limit);
  touch();
}

void session::greeted() {
  if (std::exchange(greeted_, true)) return;
  link_.set_deadline(http::clock::time_point::max());
}

void session::received(std::string_view bytes) {
  const auto used =
    nghttp2_session_mem_recv(native_, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  if (used < 0) return link_.end(http::ending::failed);
  touch();
}

void session::fill() {
  while (link_.queued() < queue_target) {
    const std::uint8_t* bytes = nullptr;
    const auto size = nghttp2_session_mem_send(native_, &bytes);
    if (size < 0) return link_.end(http::ending::failed);
    if (size == 0) break;
    link_.send(text(bytes, static_cast<std::size_t>(size)));
  }
  check_end();
}

void session::check_end() {
  if (link_.ended() || link_.ending_soon()) return;
  if (nghttp2_session_want_read(native_) == 0 && nghttp2_session_want_write(native_) == 0) link_.end_after_flush();
}

void session::peer_ended() { link_.end(http::ending::peer_closed); }
void session::deadline_passed() { link_.end(http::ending::timed_out); }

void session::retire() {
  nghttp2_submit_goaway(native_, NGHTTP2_FLAG_NONE, nghttp2_session_get_last_proc_stream_id(native_),
                        NGHTTP2_NO_ERROR, nullptr, 0);
  touch();
}

void session::closed(http::ending) {
  for (auto& [stream, c] : std::exchange(calls_, {})) {
    nghttp2_session_set_stream_user_data(native_, stream, nullptr);
    c->detach();
  }
}

call& session::begin(int stream) {
  head_ = {};
  auto made = std::make_shared<call>(link_.io().shared_from_this(), *this, stream, shared_->config.message_bytes_max);
  return *calls_.emplace(stream, std::move(made)).first->second;
}

bool session::header(call& c, std::string_view name, std::string_view value) {
  constexpr std::size_t field_overhead = 32; // As RFC 9113 section 6.5.2 counts.
  head_.bytes += name.size() + value.size() + field_overhead;
  if (head_.bytes > head_bytes_max) return false;
  if (name == ":path") {
    head_.method = shared_->serves.find(value);
    if (!head_.method) head_.path = value;
  } else if (name == ":method") {
    head_.post = value == "POST";
  } else if (name == "content-type") {
    head_.grpc = value.starts_with("application/grpc");
  } else if (name == "grpc-timeout") {
    const auto limit = parse_timeout(value);
    head_.bad_timeout = !limit;
    if (limit) c.deadline_ = link_.io().now() + std::min<http::clock::duration>(*limit, std::chrono::hours(24 * 365));
  }
  return true;
}

void session::refuse(call& c, const char* http_status) {
  const nghttp2_nv only{reinterpret_cast<std::uint8_t*>(const_cast<char*>(":status")),
                        reinterpret_cast<std::uint8_t*>(const_cast<char*>(http_status)), 7, 3, NGHTTP2_NV_FLAG_NONE};
  c.started_ = c.finished_ = true;
  nghttp2_submit_response(native_, c.stream_, &only, 1, nullptr);
}

void session::head_complete(call& c) {
  if (!head_.post) return refuse(c, "405");
  if (!head_.grpc) return refuse(c, "415");
  if (head_.bad_timeout) return c.end({code::internal, "malformed grpc-timeout"});
  if (!head_.method) {
    const auto slash = head_.path.rfind('/');
    const auto known = slash != head_.path.npos && slash > 0;
    const auto service = known ? head_.path.substr(1, slash - 1) : head_.path;
    return c.end({code::unimplemented, "unknown method " + (known ? head_.path.substr(slash + 1) : std::string()) +
                                         " for service " + service});
  }
  if (refused_) return c.end(*refused_);
  auto opened = shared_->serves.open(*head_.method, c.shared_from_this());
  if (auto* no = std::get_if<status>(&opened)) return c.end(std::move(*no));
  auto& answerer = std::get<service::answerer>(opened);
  c.by_ = std::move(answerer.who);
  c.eager_ = answerer.eager;
}

void session::close_stream(int stream) {
  const auto found = calls_.find(stream);
  if (found == calls_.end()) return;
  auto gone = std::move(found->second);
  calls_.erase(found);
  gone->detach();
  link_.io().bury(std::move(gone)); // nghttp2 may still be inside one of its own calls for this stream.
}

} // namespace troupe::net::rpc
