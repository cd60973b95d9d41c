#include "net/http/h1_session.hpp"
#include "net/http/h1_encode.hpp"

namespace troupe::net::http {

namespace {

/// What a client may send ahead of its turn before the socket is no longer read.
constexpr std::size_t ahead_max = 64 * 1024;

bool bodiless(int status) noexcept { return status == 204 || status == 304; }

} // namespace

h1_session::h1_session(connection& link, std::shared_ptr<server_core> core, std::shared_ptr<const http::peer> peer)
    : link_(link), core_(std::move(core)), peer_(std::move(peer)), reader_(core_->config.limits.header_bytes_max) {}

h1_session::~h1_session() { give_back(); }

void h1_session::opened() {
  // A stranger who connects and says nothing is bounded like one who starts a head and does not end it.
  link_.set_deadline(link_.io().now() + core_->config.limits.header_timeout);
}

void h1_session::give_back() {
  core_->release(reserved_);
  reserved_ = 0;
}

void h1_session::received(std::string_view bytes) {
  if (phase_ == phase::handling || phase_ == phase::streaming || !ahead_.empty()) {
    ahead_ += bytes;
    if (ahead_.size() >= ahead_max) link_.pause_reading();
    return;
  }
  consume(bytes);
  ahead_ = bytes;
}

void h1_session::consume(std::string_view& bytes) {
  while (!link_.ended() && !link_.ending_soon()) {
    if (phase_ == phase::idle || phase_ == phase::head) {
      if (bytes.empty() || !consume_head(bytes)) return;
    }
    if (phase_ == phase::body && !consume_body(bytes)) return;
    if (phase_ == phase::handling || phase_ == phase::streaming || phase_ == phase::closing) return;
  }
}

/// True when the head is complete and accepted.
bool h1_session::consume_head(std::string_view& bytes) {
  const auto& limits = core_->config.limits;
  auto text = reader_.feed(bytes);
  if (!text) return refuse(text.error().status, text.error().message), false;
  if (text->empty()) {
    if (phase_ == phase::idle && reader_.started()) {
      phase_ = phase::head;
      link_.set_deadline(link_.io().now() + limits.header_timeout);
    }
    return false;
  }
  auto head = h1::parse_request(*text);
  if (!head) return refuse(head.error().status, head.error().message), false;
  head_ = std::move(*head);
  version_ = head_.request.version;
  keep_alive_ = head_.keep_alive && version_ == version::http_1_1;
  if (head_.request.method == "CONNECT") return refuse(405, "CONNECT is not supported"), false;
  if (head_.framing == h1::framing::length && head_.content_length > limits.body_bytes_max)
    return refuse(413, too_large_message(limits.body_bytes_max)), false;
  if (head_.expects_continue && bytes.empty()) link_.send("HTTP/1.1 100 Continue\r\n\r\n");
  body_ = h1::body_reader(head_.framing, head_.content_length);
  phase_ = phase::body;
  if (head_.framing != h1::framing::none) link_.set_deadline(link_.io().now() + limits.body_timeout);
  return true;
}

/// True when the body is complete and the request was handed over.
bool h1_session::consume_body(std::string_view& bytes) {
  const auto limit = core_->config.limits.body_bytes_max;
  auto& body = head_.request.body;
  for (;;) {
    const auto piece = body_.feed(bytes);
    if (!piece) return refuse(piece.error().status, piece.error().message), false;
    if (piece->state == h1::body_reader::state::more) return false;
    if (piece->state == h1::body_reader::state::done) break;
    if (body.size() + piece->data.size() > limit) return refuse(413, too_large_message(limit)), false;
    if (!core_->reserve(piece->data.size())) return refuse(503, "too many request bytes in memory"), false;
    reserved_ += piece->data.size();
    body += piece->data;
  }
  start_request();
  return true;
}

void h1_session::start_request() {
  core_->counters.requests.fetch_add(1, std::memory_order_relaxed);
  phase_ = phase::handling;
  link_.set_deadline(clock::time_point::max());
  auto& request = head_.request;
  request.peer = peer_;
  exchange::traits traits;
  traits.accepts_gzip = request.fields.has_token("accept-encoding", "gzip");
  traits.head = request.method == "HEAD";
  traits.upgradable = request.version == version::http_1_1 && request.fields.has_token("connection", "upgrade") &&
                      request.body.empty();
  no_body_ = traits.head;
  current_ = std::make_shared<exchange>(link_.io().shared_from_this(), core_, this, traits);
  core_->dispatch(std::move(request), responder(std::make_shared<exchange_handle>(current_)));
  head_ = {};
}

void h1_session::refuse(int status, std::string_view message) {
  core_->counters.bad_requests.fetch_add(1, std::memory_order_relaxed);
  phase_ = phase::closing;
  const auto body = core_->describe(status, message);
  headers fields{{"Content-Type", body.content_type}};
  link_.send(h1::encode_response(status, fields, {body.text.size()}, false, link_.io().date()));
  link_.send(body.text);
  link_.end_after_flush();
}

void h1_session::answer(exchange& of, int status, const headers& fields, std::shared_ptr<const std::string> body) {
  if (&of != current_.get()) return;
  keep_alive_ = keep_alive_ && !peer_ended_ && !core_->draining.load(std::memory_order_relaxed) &&
                !fields.has_token("connection", "close");
  h1::outgoing_body framing;
  if (!bodiless(status)) framing.length = body ? body->size() : 0;
  link_.send(h1::encode_response(status, fields, framing, keep_alive_, link_.io().date()));
  if (body && !no_body_ && !bodiless(status)) link_.send(std::move(body));
  complete();
}

void h1_session::begin(exchange& of, int status, const headers& fields) {
  if (&of != current_.get()) return;
  phase_ = phase::streaming;
  // A peer that has half-closed cannot be told from one that has gone; nobody streams to it.
  if (peer_ended_) return link_.end(ending::peer_closed);
  chunked_ = version_ == version::http_1_1 && !no_body_ && !bodiless(status);
  if (core_->draining.load(std::memory_order_relaxed)) keep_alive_ = false;
  h1::outgoing_body framing;
  framing.chunked = chunked_;
  link_.send(h1::encode_response(status, fields, framing, keep_alive_, link_.io().date()));
}

void h1_session::chunk(exchange& of, std::shared_ptr<const std::string> bytes) {
  if (&of != current_.get() || no_body_) return of.sent(bytes->size());
  if (chunked_) link_.send(h1::chunk_size_line(bytes->size()));
  link_.send(std::move(bytes));
  if (chunked_) link_.send(h1::chunk_end);
}

void h1_session::finish(exchange& of) {
  if (&of != current_.get()) return;
  if (chunked_) link_.send(h1::last_chunk);
  complete();
}

void h1_session::abort(exchange& of) {
  if (&of == current_.get()) link_.end(ending::aborted);
}

/// The answer is queued as a whole. The next request waits until it has left, so that a client that pipelines without
/// reading cannot fill the queue.
void h1_session::complete() {
  const auto last = std::move(current_);
  current_.reset();
  last->detach(true);
  give_back();
  chunked_ = false;
  if (!keep_alive_) {
    phase_ = phase::closing;
    return link_.end_after_flush();
  }
  phase_ = phase::idle;
  link_.set_deadline(link_.io().now() + core_->config.limits.idle_timeout);
  if (link_.queued() == 0) drained();
}

void h1_session::sent(std::size_t bytes) {
  if (phase_ == phase::streaming && current_) current_->sent(bytes);
}

void h1_session::drained() {
  if (phase_ != phase::idle) return;
  if (!ahead_.empty()) {
    const auto waiting = std::move(ahead_);
    ahead_.clear();
    std::string_view rest = waiting;
    consume(rest);
    ahead_.insert(0, rest);
  }
  if (link_.ended() || link_.ending_soon()) return;
  if (peer_ended_ && phase_ != phase::handling && phase_ != phase::streaming) return link_.end_after_flush();
  if (!peer_ended_ && ahead_.size() < ahead_max) link_.resume_reading();
}

void h1_session::peer_ended() {
  peer_ended_ = true;
  // A plain answer may still be wanted by a client that only closed its sending side.
  if (phase_ == phase::handling || (phase_ == phase::idle && link_.queued() > 0)) return;
  link_.end(ending::peer_closed);
}

void h1_session::deadline_passed() {
  switch (phase_) {
    case phase::head:
    case phase::body:
      core_->counters.timeouts.fetch_add(1, std::memory_order_relaxed);
      return refuse(408, "the request did not arrive in time");
    case phase::idle: return link_.end(ending::finished);
    default: return;
  }
}

void h1_session::closed(ending) {
  if (!current_) return;
  const auto last = std::move(current_);
  current_.reset();
  last->detach(false);
}

void h1_session::upgrade(exchange& of, const headers& fields, std::shared_ptr<upgraded_stream> stream) {
  if (&of != current_.get()) return;
  if (peer_ended_) return link_.end(ending::peer_closed);
  link_.send(h1::encode_response(101, fields, {}, true, {}));
  const auto last = std::move(current_);
  current_.reset();
  last->detach(true);
  give_back();
  // The stream puts its own driver in our place.
  phase_ = phase::closing;
  stream->attach(link_, std::move(ahead_));
}

void h1_session::retire() {
  if (phase_ == phase::idle && ahead_.empty() && link_.queued() == 0) link_.end(ending::finished);
  else keep_alive_ = false;
}

} // namespace troupe::net::http
