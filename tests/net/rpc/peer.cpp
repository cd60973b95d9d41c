#include "tests/net/rpc/peer.hpp"
#include <arpa/inet.h>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <unistd.h>

namespace troupe::net::rpc {

struct rpc_peer_callbacks {
  static rpc_peer& self(void* user) { return *static_cast<rpc_peer*>(user); }
  static int header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_size,
                    const std::uint8_t* value, std::size_t size, std::uint8_t, void* user) {
    self(user).answers[frame->hd.stream_id].fields[std::string(reinterpret_cast<const char*>(name), name_size)] =
      std::string(reinterpret_cast<const char*>(value), size);
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
    auto& out = self(user).out_[id];
    const auto n = std::min(size, out.bytes.size() - out.at);
    std::memcpy(into, out.bytes.data() + out.at, n);
    out.at += n;
    if (out.at == out.bytes.size() && out.last) *flags |= NGHTTP2_DATA_FLAG_EOF;
    else if (n == 0) return NGHTTP2_ERR_DEFERRED;
    return static_cast<ssize_t>(n);
  }
};

rpc_peer::rpc_peer(std::uint16_t port, std::uint32_t window) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
  ::fcntl(fd_, F_SETFL, ::fcntl(fd_, F_GETFL) | O_NONBLOCK);
  nghttp2_session_callbacks* all = nullptr;
  nghttp2_session_callbacks_new(&all);
  nghttp2_session_callbacks_set_on_header_callback(all, &rpc_peer_callbacks::header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(all, &rpc_peer_callbacks::data);
  nghttp2_session_callbacks_set_on_frame_recv_callback(all, &rpc_peer_callbacks::frame);
  nghttp2_session_callbacks_set_on_stream_close_callback(all, &rpc_peer_callbacks::close);
  nghttp2_session_client_new(&native_, all, this);
  nghttp2_session_callbacks_del(all);
  const nghttp2_settings_entry settings{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, window};
  nghttp2_submit_settings(native_, NGHTTP2_FLAG_NONE, &settings, 1);
}

rpc_peer::~rpc_peer() {
  nghttp2_session_del(native_);
  ::close(fd_);
}

int rpc_peer::ask(const std::string& path, std::string body, bool whole,
                  std::vector<std::pair<std::string, std::string>> more, const std::string& content,
                  const std::string& method) {
  more.insert(more.begin(), {{":method", method},
                             {":path", path},
                             {":scheme", "http"},
                             {":authority", "localhost"},
                             {"content-type", content},
                             {"te", "trailers"}});
  std::vector<nghttp2_nv> fields;
  for (auto& [name, value] : more)
    fields.push_back({reinterpret_cast<std::uint8_t*>(name.data()), reinterpret_cast<std::uint8_t*>(value.data()),
                      name.size(), value.size(), 0});
  nghttp2_data_provider source{};
  source.read_callback = &rpc_peer_callbacks::read;
  const auto id = nghttp2_submit_request(native_, nullptr, fields.data(), fields.size(), &source, nullptr);
  out_[id] = {std::move(body), 0, whole};
  return id;
}

void rpc_peer::say(int stream, std::string_view bytes, bool last) {
  out_[stream].bytes += bytes;
  out_[stream].last = last;
  nghttp2_session_resume_data(native_, stream);
}

void rpc_peer::reset(int stream) { nghttp2_submit_rst_stream(native_, NGHTTP2_FLAG_NONE, stream, NGHTTP2_CANCEL); }

bool rpc_peer::send_pending() {
  const std::uint8_t* bytes = nullptr;
  for (auto size = nghttp2_session_mem_send(native_, &bytes); size > 0;
       size = nghttp2_session_mem_send(native_, &bytes)) {
    for (std::string_view rest(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)); !rest.empty();) {
      const auto n = ::send(fd_, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (n > 0) rest.remove_prefix(static_cast<std::size_t>(n));
      else if (errno != EAGAIN) return false;
      else {
        pollfd ready{fd_, POLLOUT, 0};
        ::poll(&ready, 1, 1000);
      }
    }
  }
  return true;
}

bool rpc_peer::until(const std::function<bool()>& condition, std::chrono::milliseconds limit) {
  const auto end = http::clock::now() + limit;
  while (!condition()) {
    if (lost || http::clock::now() > end) return false;
    if (!send_pending()) lost = true;
    char buffer[65536];
    const auto n = ::recv(fd_, buffer, sizeof buffer, 0);
    if (n > 0) {
      if (nghttp2_session_mem_recv(native_, reinterpret_cast<std::uint8_t*>(buffer), static_cast<std::size_t>(n)) < 0)
        lost = true;
    } else if (n < 0 && errno == EAGAIN) {
      pollfd ready{fd_, POLLIN, 0};
      ::poll(&ready, 1, 20);
    } else {
      lost = true;
      if (condition()) return true;
    }
  }
  return true;
}

std::string rpc_peer::status_of(int stream) {
  if (!done(stream)) return "no end";
  auto& fields = answers[stream].fields;
  auto said = fields["grpc-message"];
  return fields["grpc-status"] + (said.empty() ? "" : " " + said);
}

std::string framed(std::string_view message) {
  std::string out(prefix_bytes, '\0');
  write_prefix(out.data(), static_cast<std::uint32_t>(message.size()));
  return out.append(message);
}

namespace {

class once final : public callee {
public:
  explicit once(std::shared_ptr<call> c) : call_(std::move(c)) {}
  void received(std::string_view message) override { message_ = message; }
  void ended() override {
    if (message_ == "fail") return call_->finish({code::invalid_argument, "etcdserver: 100% wrong"});
    if (message_ != "drop") call_->finish_with(framed(message_));
  }

private:
  std::shared_ptr<call> call_;
  std::string message_;
};

class both final : public callee {
public:
  both(std::shared_ptr<call> c, echo_service& of) : call_(std::move(c)), of_(of), told_(of.told) {}
  void received(std::string_view message) override { call_->send(framed(message)); }
  void written() override {
    if (!of_.held) call_->want();
  }
  void ended() override { call_->finish({}); }
  void closed() override {
    std::lock_guard lock(told_->mutex);
    ++told_->closed;
    told_->changed.notify_all();
  }

private:
  std::shared_ptr<call> call_;
  echo_service& of_;
  std::shared_ptr<echo_service::events> told_;
};

} // namespace

std::optional<int> echo_service::find(std::string_view path) const {
  if (path == "/s/Once") return 1;
  if (path == "/s/Both") return 2;
  if (path == "/s/No") return 3;
  return std::nullopt;
}

std::variant<service::answerer, status> echo_service::open(int method, std::shared_ptr<call> c) {
  if (method == 3) return status{code::resource_exhausted, "no"};
  last = c;
  if (method == 1) return answerer{std::make_shared<once>(std::move(c)), true};
  if (!held) c->want();
  return answerer{std::make_shared<both>(std::move(c), *this)};
}

bool echo_service::closed(int count) {
  std::unique_lock lock(told->mutex);
  return told->changed.wait_for(lock, std::chrono::seconds(5), [&] { return told->closed == count; });
}

} // namespace troupe::net::rpc
