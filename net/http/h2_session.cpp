#include "net/http/h2_session.hpp"
#include "net/http/h2_stream.hpp"
#include <array>
#include <nghttp2/nghttp2.h>

namespace troupe::net::http {

namespace {

/// A client may cancel this many streams in that time; more is an attack that makes us work for nothing ("rapid
/// reset").
constexpr unsigned resets_max = 1000;
constexpr auto reset_window = std::chrono::seconds(10);
/// Output is taken from nghttp2 while less than this is queued, so that it stays there, where flow control and resets
/// still reach it.
constexpr std::size_t queue_target = 64 * 1024;

h2_session& self(void* user) { return *static_cast<h2_session*>(user); }

h2_stream* stream_of(nghttp2_session* session, std::int32_t id) {
  return static_cast<h2_stream*>(nghttp2_session_get_stream_user_data(session, id));
}

bool opens_request(const nghttp2_frame* frame) {
  return frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST;
}

int on_begin_headers(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
  if (!opens_request(frame)) return 0;
  nghttp2_session_set_stream_user_data(session, frame->hd.stream_id, self(user).open_stream(frame->hd.stream_id));
  return 0;
}

int on_header(nghttp2_session* session, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_size,
              const std::uint8_t* value, std::size_t value_size, std::uint8_t, void*) {
  if (!opens_request(frame)) return 0;
  if (auto* stream = stream_of(session, frame->hd.stream_id))
    stream->header({reinterpret_cast<const char*>(name), name_size},
                   {reinterpret_cast<const char*>(value), value_size});
  return 0;
}

int on_data(nghttp2_session* session, std::uint8_t, std::int32_t id, const std::uint8_t* bytes, std::size_t size,
            void*) {
  if (auto* stream = stream_of(session, id)) stream->data({reinterpret_cast<const char*>(bytes), size});
  return 0;
}

int on_frame(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
  const bool last = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  switch (frame->hd.type) {
    case NGHTTP2_RST_STREAM: self(user).count_reset(); return 0;
    case NGHTTP2_HEADERS:
    case NGHTTP2_DATA: break;
    default: return 0;
  }
  auto* stream = stream_of(session, frame->hd.stream_id);
  if (stream == nullptr) return 0;
  if (opens_request(frame)) stream->head_complete(last);
  if (last) stream->request_complete();
  return 0;
}

int on_frame_sent(nghttp2_session* session, const nghttp2_frame* frame, void*) {
  if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) return 0;
  if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) return 0;
  if (auto* stream = stream_of(session, frame->hd.stream_id)) stream->answered();
  return 0;
}

int on_stream_close(nghttp2_session* session, std::int32_t id, std::uint32_t, void* user) {
  nghttp2_session_set_stream_user_data(session, id, nullptr);
  self(user).close_stream(id);
  return 0;
}

nghttp2_session_callbacks* callbacks() {
  static nghttp2_session_callbacks* const made = [] {
    nghttp2_session_callbacks* all = nullptr;
    nghttp2_session_callbacks_new(&all);
    nghttp2_session_callbacks_set_on_begin_headers_callback(all, &on_begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(all, &on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(all, &on_data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(all, &on_frame);
    nghttp2_session_callbacks_set_on_frame_send_callback(all, &on_frame_sent);
    nghttp2_session_callbacks_set_on_stream_close_callback(all, &on_stream_close);
    return all;
  }();
  return made;
}

nghttp2_option* options() {
  static nghttp2_option* const made = [] {
    nghttp2_option* all = nullptr;
    nghttp2_option_new(&all);
    nghttp2_option_set_no_closed_streams(all, 1);
    return all;
  }();
  return made;
}

} // namespace

h2_session::h2_session(connection& link, std::shared_ptr<server_core> core, std::shared_ptr<const http::peer> peer)
    : link_(link), core_(std::move(core)), peer_(std::move(peer)) {
  nghttp2_session_server_new2(&session_, callbacks(), this, options());
}

h2_session::~h2_session() {
  streams_.clear();
  nghttp2_session_del(session_);
}

void h2_session::opened() {
  const auto& limits = core_->config.limits;
  const std::array<nghttp2_settings_entry, 3> settings{{
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.streams_per_connection_max},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 256 * 1024},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<std::uint32_t>(limits.header_bytes_max)},
  }};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, 1024 * 1024);
  link_.set_deadline(link_.io().now() + limits.header_timeout);
  touch();
}

void h2_session::received(std::string_view bytes) {
  const auto used =
      nghttp2_session_mem_recv(session_, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  if (used < 0) {
    core_->counters.bad_requests.fetch_add(1, std::memory_order_relaxed);
    return link_.end(ending::failed);
  }
  touch();
  plan_deadline();
}

void h2_session::fill() {
  while (link_.queued() < queue_target) {
    const std::uint8_t* bytes = nullptr;
    const auto size = nghttp2_session_mem_send(session_, &bytes);
    if (size < 0) return link_.end(ending::failed);
    if (size == 0) break;
    link_.send(std::string_view(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)));
  }
  check_end();
}

void h2_session::drained() { check_end(); }

void h2_session::check_end() {
  if (link_.ended() || link_.ending_soon()) return;
  const bool wants = nghttp2_session_want_read(session_) != 0 || nghttp2_session_want_write(session_) != 0;
  if (!wants) link_.end_after_flush();
}

h2_stream* h2_session::open_stream(int id) {
  auto made = std::make_unique<h2_stream>(*this, id);
  made->deadline = link_.io().now() + core_->config.limits.header_timeout;
  return streams_.emplace(id, std::move(made)).first->second.get();
}

void h2_session::dispatch(h2_stream& stream) {
  core_->counters.requests.fetch_add(1, std::memory_order_relaxed);
  auto& request = stream.request;
  request.peer = peer_;
  exchange::traits traits;
  traits.accepts_gzip = request.fields.has_token("accept-encoding", "gzip");
  traits.head = request.method == "HEAD";
  stream.current = std::make_shared<exchange>(link_.io().shared_from_this(), core_, &stream, traits);
  core_->dispatch(std::move(request), responder(std::make_shared<exchange_handle>(stream.current)));
}

void h2_session::close_stream(int id) {
  const auto found = streams_.find(id);
  if (found == streams_.end()) return;
  // nghttp2 may still be inside one of its own calls for this stream.
  link_.io().bury(std::shared_ptr<h2_stream>(std::move(found->second)));
  streams_.erase(found);
  plan_deadline();
}

void h2_session::count_reset() {
  const auto now = link_.io().now();
  if (now - reset_window_ > reset_window) {
    reset_window_ = now;
    resets_ = 0;
  }
  if (++resets_ == resets_max) nghttp2_session_terminate_session(session_, NGHTTP2_ENHANCE_YOUR_CALM);
}

void h2_session::plan_deadline() {
  if (link_.ended()) return;
  if (streams_.empty()) return link_.set_deadline(link_.io().now() + core_->config.limits.idle_timeout);
  auto first = clock::time_point::max();
  for (const auto& [id, stream] : streams_)
    if (stream->awaits_request()) first = std::min(first, stream->deadline);
  link_.set_deadline(first);
}

void h2_session::deadline_passed() {
  if (streams_.empty()) {
    nghttp2_session_terminate_session(session_, NGHTTP2_NO_ERROR);
    fill();
    return link_.end_after_flush();
  }
  for (const auto& [id, stream] : streams_) {
    if (!stream->awaits_request() || stream->deadline > link_.io().now()) continue;
    core_->counters.timeouts.fetch_add(1, std::memory_order_relaxed);
    stream->deadline = clock::time_point::max();
    nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
  }
  touch();
  plan_deadline();
}

void h2_session::peer_ended() { link_.end(ending::peer_closed); }

void h2_session::closed(ending) {
  auto gone = std::move(streams_);
  streams_.clear();
  for (auto& [id, stream] : gone) link_.io().bury(std::shared_ptr<h2_stream>(std::move(stream)));
}

void h2_session::retire() {
  nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, nghttp2_session_get_last_proc_stream_id(session_),
                        NGHTTP2_NO_ERROR, nullptr, 0);
  touch();
}

} // namespace troupe::net::http
