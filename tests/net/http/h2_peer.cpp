#include "tests/net/http/h2_peer.hpp"
#include <arpa/inet.h>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <unistd.h>

namespace troupe::net::http {

struct h2_peer_callbacks {
  static h2_peer& self(void* user) { return *static_cast<h2_peer*>(user); }
  static int header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_size,
                    const std::uint8_t* value, std::size_t size, std::uint8_t, void* user) {
    if (std::string_view(reinterpret_cast<const char*>(name), name_size) == ":status")
      self(user).answers[frame->hd.stream_id].status =
          std::stoi(std::string(reinterpret_cast<const char*>(value), size));
    return 0;
  }
  static int data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* bytes, std::size_t size,
                  void* user) {
    self(user).answers[id].body.append(reinterpret_cast<const char*>(bytes), size);
    return 0;
  }
  static int frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    if (frame->hd.type == NGHTTP2_GOAWAY) self(user).goaway = frame->goaway.error_code;
    return 0;
  }
  static int close(nghttp2_session*, std::int32_t id, std::uint32_t error, void* user) {
    self(user).answers[id].ended = true;
    self(user).answers[id].error = error;
    return 0;
  }
  static ssize_t read(nghttp2_session*, std::int32_t id, std::uint8_t* into, std::size_t size, std::uint32_t* flags,
                      nghttp2_data_source*, void* user) {
    const auto found = self(user).bodies_.find(id);
    if (found == self(user).bodies_.end()) return NGHTTP2_ERR_DEFERRED;
    auto& [text, at] = found->second;
    const auto n = std::min(size, text.size() - at);
    std::memcpy(into, text.data() + at, n);
    at += n;
    if (at == text.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(n);
  }
};

h2_peer::h2_peer(std::uint16_t port, std::uint32_t window) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
  auto options = identities::get().client_options();
  options.alpn = {"h2"};
  channel_ = std::make_unique<tls::channel>(fd_, tls::context::client(options).value(), tls::role::client, "localhost");
  EXPECT_EQ(channel_->handshake(), tls::progress::done) << channel_->error();
  EXPECT_EQ(channel_->alpn(), "h2");
  ::fcntl(fd_, F_SETFL, ::fcntl(fd_, F_GETFL) | O_NONBLOCK);
  nghttp2_session_callbacks* all = nullptr;
  nghttp2_session_callbacks_new(&all);
  nghttp2_session_callbacks_set_on_header_callback(all, &h2_peer_callbacks::header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(all, &h2_peer_callbacks::data);
  nghttp2_session_callbacks_set_on_frame_recv_callback(all, &h2_peer_callbacks::frame);
  nghttp2_session_callbacks_set_on_stream_close_callback(all, &h2_peer_callbacks::close);
  nghttp2_option* option = nullptr;
  nghttp2_option_new(&option);
  nghttp2_option_set_max_send_header_block_length(option, 8 << 20);
  nghttp2_session_client_new2(&session_, all, this, option);
  nghttp2_option_del(option);
  nghttp2_session_callbacks_del(all);
  const nghttp2_settings_entry settings{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, window};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, &settings, 1);
}

h2_peer::~h2_peer() {
  nghttp2_session_del(session_);
  channel_.reset();
  ::close(fd_);
}

int h2_peer::ask(std::string_view method, std::string_view path, const std::string* body,
                 std::vector<std::pair<std::string, std::string>> more) {
  more.insert(more.begin(), {{":method", std::string(method)},
                             {":path", std::string(path)},
                             {":scheme", "https"},
                             {":authority", "localhost"}});
  std::vector<nghttp2_nv> fields;
  for (auto& [name, value] : more)
    fields.push_back({reinterpret_cast<std::uint8_t*>(name.data()), reinterpret_cast<std::uint8_t*>(value.data()),
                      name.size(), value.size(), 0});
  nghttp2_data_provider source{};
  source.read_callback = &h2_peer_callbacks::read;
  const auto id = nghttp2_submit_request(session_, nullptr, fields.data(), fields.size(),
                                         body != nullptr ? &source : nullptr, nullptr);
  if (body != nullptr && !body->empty()) bodies_[id] = {*body, 0};
  return id;
}

int h2_peer::ask_open(std::string_view path) {
  const std::string nothing;
  return ask("POST", path, &nothing);
}

void h2_peer::reset(int stream) { nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream, NGHTTP2_CANCEL); }

bool h2_peer::send_pending() {
  const std::uint8_t* bytes = nullptr;
  for (auto size = nghttp2_session_mem_send(session_, &bytes); size > 0;
       size = nghttp2_session_mem_send(session_, &bytes)) {
    std::string_view rest(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    while (!rest.empty()) {
      const auto wrote = channel_->write(rest);
      if (wrote.state == tls::progress::done) rest.remove_prefix(wrote.bytes);
      else if (wrote.state == tls::progress::want_write) {
        pollfd ready{fd_, POLLOUT, 0};
        ::poll(&ready, 1, 1000);
      } else return false;
    }
  }
  return true;
}

bool h2_peer::until(const std::function<bool()>& condition, std::chrono::milliseconds limit) {
  const auto end = clock::now() + limit;
  while (!condition()) {
    if (lost || clock::now() > end) return false;
    if (!send_pending()) lost = true;
    char buffer[65536];
    const auto got = channel_->read(buffer);
    if (got.state == tls::progress::done) {
      if (nghttp2_session_mem_recv(session_, reinterpret_cast<std::uint8_t*>(buffer), got.bytes) < 0) lost = true;
    } else if (got.state == tls::progress::want_read) {
      pollfd ready{fd_, POLLIN, 0};
      ::poll(&ready, 1, 20);
    } else {
      lost = true;
      if (condition()) return true;
    }
  }
  return true;
}

} // namespace troupe::net::http
