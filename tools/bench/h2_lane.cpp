#include "tools/bench/h2_lane.hpp"
#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <nghttp2/nghttp2.h>

namespace troupe::tools::bench {

namespace tls = net::tls;

namespace {

/// Answers of watches come without end: the windows never hold them up, as in Go's client.
constexpr std::int32_t window_bytes = 4 << 20;

nghttp2_nv field(std::string_view name, std::string_view value) {
  const auto bytes = [](std::string_view text) {
    return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NO_COPY_NAME};
}

} // namespace

struct h2_lane::callbacks {
  static stream* of(nghttp2_session* session, std::int32_t id) {
    return static_cast<stream*>(nghttp2_session_get_stream_user_data(session, id));
  }

  static int header(nghttp2_session* session, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t size,
                    const std::uint8_t* value, std::size_t value_size, std::uint8_t, void*) {
    if (frame->hd.type != NGHTTP2_HEADERS) return 0;
    const std::string_view field(reinterpret_cast<const char*>(name), size),
        text(reinterpret_cast<const char*>(value), value_size);
    const bool head = field == ":status", outcome = field == "grpc-status", reason = field == "grpc-message";
    if (!head && !outcome && !reason) return 0;
    auto* s = of(session, frame->hd.stream_id);
    if (s == nullptr) return 0;
    if (reason) {
      s->who->data(text);
      return 0;
    }
    int code = 0;
    std::from_chars(text.data(), text.data() + text.size(), code);
    if (outcome && code == 0) return 0;
    s->status = outcome ? grpc_status_base + code : code;
    if (s->status >= 200) s->who->status(s->status);
    return 0;
  }

  static int data(nghttp2_session* session, std::uint8_t, std::int32_t id, const std::uint8_t* bytes, std::size_t size,
                  void*) {
    if (auto* s = of(session, id)) s->who->data({reinterpret_cast<const char*>(bytes), size});
    return 0;
  }

  static int frame(nghttp2_session*, const nghttp2_frame* got, void* user) {
    // The server wants to close: what it has taken is answered, nothing new is accepted.
    if (got->hd.type == NGHTTP2_GOAWAY) static_cast<h2_lane*>(user)->going_ = true;
    return 0;
  }

  static int closed(nghttp2_session* session, std::int32_t id, std::uint32_t error, void* user) {
    if (auto* s = of(session, id)) static_cast<h2_lane*>(user)->close(s, error == NGHTTP2_NO_ERROR);
    return 0;
  }

  static ssize_t read_body(nghttp2_session*, std::int32_t, std::uint8_t* into, std::size_t room, std::uint32_t* flags,
                           nghttp2_data_source* from, void*) {
    auto& s = *static_cast<stream*>(from->ptr);
    const auto n = std::min(room, s.body.size() - s.sent);
    std::memcpy(into, s.body.data() + s.sent, n);
    s.sent += n;
    if (s.sent == s.body.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(n);
  }
};

h2_lane::h2_lane(std::unique_ptr<link> over, poller& events, const endpoint& to)
    : link_(std::move(over)), events_(events), authority_(to.authority()),
      authorization_(to.token.empty() ? std::string() : "Bearer " + to.token), scheme_(to.tls ? "https" : "http") {
  nghttp2_session_callbacks* table = nullptr;
  nghttp2_session_callbacks_new(&table);
  nghttp2_session_callbacks_set_on_header_callback(table, &callbacks::header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(table, &callbacks::data);
  nghttp2_session_callbacks_set_on_frame_recv_callback(table, &callbacks::frame);
  nghttp2_session_callbacks_set_on_stream_close_callback(table, &callbacks::closed);
  nghttp2_session_client_new(&session_, table, this);
  nghttp2_session_callbacks_del(table);
  const std::array<nghttp2_settings_entry, 2> settings{
      {{NGHTTP2_SETTINGS_ENABLE_PUSH, 0}, {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, window_bytes}}};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, 16 * window_bytes);
  events_.add(link_->descriptor(), this);
  settle();
}

h2_lane::~h2_lane() {
  events_.remove(link_->descriptor());
  for (auto* s : streams_)
    delete s;
  streams_.clear();
  // Deleting the session closes its streams no more: their calls may be gone.
  nghttp2_session_del(session_);
}

void h2_lane::submit(const wire_request& what, call& who) {
  std::unique_ptr<stream> s;
  if (spare_.empty())
    s = std::make_unique<stream>();
  else {
    s = std::move(spare_.back());
    spare_.pop_back();
  }
  s->who = &who;
  s->body = what.body;
  s->sent = 0;
  s->status = 0;
  std::array<nghttp2_nv, 9> fields{field(":method", what.method), field(":scheme", scheme_),
                                   field(":authority", authority_), field(":path", what.path),
                                   field("accept", "application/json")};
  std::size_t count = 5;
  if (!authorization_.empty()) fields[count++] = field("authorization", authorization_);
  std::array<char, 20> digits;
  if (!what.body.empty()) {
    const auto* end = std::to_chars(digits.data(), digits.data() + digits.size(), what.body.size()).ptr;
    fields[count++] = field("content-type", what.content_type);
    if (what.content_type == grpc_content) fields[count++] = field("te", "trailers");
    else fields[count++] = field("content-length", {digits.data(), static_cast<std::size_t>(end - digits.data())});
  }
  nghttp2_data_provider body{{.ptr = s.get()}, &callbacks::read_body};
  auto* raw = s.release();
  streams_.insert(raw);
  const auto id =
      nghttp2_submit_request(session_, nullptr, fields.data(), count, what.body.empty() ? nullptr : &body, raw);
  if (id < 0) close(raw, false);
}

void h2_lane::close(stream* s, bool complete) {
  if (streams_.erase(s) == 0) return;
  spare_.emplace_back(s);
  s->who->ended(complete && s->status != 0);
}

void h2_lane::settle() {
  if (broken_) return;
  output_.clear();
  for (;;) {
    const std::uint8_t* bytes = nullptr;
    const auto n = nghttp2_session_mem_send(session_, &bytes);
    if (n < 0) return fail();
    if (n == 0) break;
    output_.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(n));
  }
  if (!output_.empty() && !link_->send(output_)) return fail();
  if (link_->has_pending() != wants_write_) {
    wants_write_ = !wants_write_;
    events_.want_write(link_->descriptor(), this, wants_write_);
  }
}

void h2_lane::ready(bool readable, bool writable) {
  if (broken_) return;
  if (writable && !link_->flush()) return fail();
  thread_local std::array<char, 64 << 10> buffer;
  while (readable && !broken_) {
    const auto got = link_->receive(buffer);
    if (got.state == tls::progress::want_read || got.state == tls::progress::want_write) break;
    if (got.state != tls::progress::done) return fail();
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(buffer.data());
    if (nghttp2_session_mem_recv(session_, bytes, got.bytes) < 0) return fail();
    readable = link_->has_buffered();
  }
  settle();
}

void h2_lane::fail() {
  broken_ = true;
  while (!streams_.empty())
    close(*streams_.begin(), false);
}

} // namespace troupe::tools::bench
