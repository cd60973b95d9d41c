#include "net/websocket/session.hpp"

namespace troupe::net::websocket {

namespace {
/// How long a peer may take to end the connection after our close frame.
constexpr auto close_limit = std::chrono::seconds(5);
} // namespace

session::session(http::byte_stream_ptr link, session_config config)
    : link_(std::move(link)), config_(std::move(config)), reader_(config_.self, config_.message_max) {}

session::~session() { link_->close(); }

std::shared_ptr<session> session::open(http::byte_stream_ptr link, session_config config) {
  return std::shared_ptr<session>(new session(std::move(link), std::move(config)));
}

void session::start(session_callbacks callbacks) {
  callbacks_ = std::move(callbacks);
  link_->start([self = shared_from_this()](std::string_view bytes) { self->received(bytes); },
               [self = shared_from_this()] {
                 const auto last = std::exchange(self->callbacks_, {});
                 if (last.on_close) last.on_close(self->peer_code_, self->peer_reason_);
               });
}

std::optional<std::size_t> session::send(opcode kind, std::string_view payload) {
  const std::lock_guard lock(mutex_);
  if (closing_) return {};
  const auto with = config_.self == role::client ? std::optional<mask>(config_.masks()) : std::nullopt;
  return link_->write(encode(kind, payload, with));
}

void session::ping(std::string_view payload) { send(opcode::ping, payload); }

void session::close(close_code code, std::string_view reason) {
  {
    const std::lock_guard lock(mutex_);
    if (closing_) return;
    closing_ = true;
    const auto with = config_.self == role::client ? std::optional<mask>(config_.masks()) : std::nullopt;
    link_->write(encode(opcode::close, close_payload(code, reason), with));
  }
  // A server ends the connection itself once its frame is out; a client waits for the server to do so.
  if (config_.self == role::server) link_->close();
  else link_->expire_after(close_limit);
}

void session::received(std::string_view bytes) {
  while (!bytes.empty() && !over_) {
    auto next = reader_.feed(bytes);
    if (!next) {
      over_ = true;
      peer_code_ = next.error().code;
      peer_reason_ = next.error().message;
      return close(next.error().code, next.error().message);
    }
    if (!*next) return;
    handle(**next);
  }
}

void session::handle(const message& what) {
  switch (what.kind) {
    case opcode::ping: send(opcode::pong, what.payload); return;
    case opcode::pong: return;
    case opcode::close:
      over_ = true;
      peer_code_ = what.code();
      peer_reason_ = what.reason();
      close(what.code(), {});
      link_->close();
      return;
    default:
      if (callbacks_.on_message) callbacks_.on_message(what.kind, what.payload);
  }
}

} // namespace troupe::net::websocket
