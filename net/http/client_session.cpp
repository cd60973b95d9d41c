#include "net/http/client_session.hpp"
#include "net/http/h1_encode.hpp"
#include "net/http/upgraded_stream.hpp"
#include <fmt/format.h>

namespace troupe::net::http {

namespace {
constexpr std::size_t header_bytes_max = 1 << 20;
constexpr std::size_t upgraded_pending_max = 4 << 20;
} // namespace

void operation::fail(client_error error) {
  if (std::exchange(over, true)) return;
  if (on_response) on_response(tl::unexpected(std::move(error)));
  else if (on_upgrade) on_upgrade(tl::unexpected(std::move(error)));
  else if (stream.on_end) stream.on_end(std::move(error));
}

void operation::succeed(byte_stream_ptr upgraded) {
  if (std::exchange(over, true)) return;
  if (on_response) on_response(std::move(response));
  else if (on_upgrade) on_upgrade(upgrade_result{std::move(response), std::move(upgraded)});
  else if (stream.on_end) stream.on_end({});
}

client_session::client_session(connection& link, std::shared_ptr<session_owner> owner, const client_config& config)
    : link_(link), owner_(std::move(owner)), config_(config), reader_(header_bytes_max) {}

void client_session::opened() {
  opened_ = true;
  owner_->free(*this);
}

void client_session::run(std::shared_ptr<operation> what) {
  current_ = std::move(what);
  current_->session = this;
  in_body_ = false;
  const auto& request = current_->request;
  h1::outgoing_body framing;
  if (request.body) framing.length = request.body->size();
  else if (request.method == "POST" || request.method == "PUT" || request.method == "PATCH") framing.length = 0;
  const auto& name = config_.server_name.empty() ? config_.host : config_.server_name;
  const auto host = name.find(':') == std::string::npos ? fmt::format("{}:{}", name, config_.port)
                                                        : fmt::format("[{}]:{}", name, config_.port);
  link_.set_deadline(clock::time_point::max());
  link_.send(h1::encode_request(request.method, request.target, host, request.fields, framing));
  if (request.body) link_.send(request.body);
}

void client_session::cancel() {
  why_ = client_error{client_errc::cancelled, "cancelled", true};
  link_.end(ending::aborted);
}

void client_session::received(std::string_view bytes) {
  while (!bytes.empty() && !link_.ended()) {
    if (!current_) return break_off(client_errc::protocol, "the server sent bytes that nobody asked for");
    if (!in_body_) read_head(bytes);
    if (in_body_ && current_ && !link_.ended()) read_body(bytes);
  }
}

void client_session::read_head(std::string_view& bytes) {
  const auto text = reader_.feed(bytes);
  if (!text) return break_off(client_errc::protocol, text.error().message);
  if (text->empty()) return;
  auto head = h1::parse_response(*text, current_->request.method == "HEAD");
  if (!head) return break_off(client_errc::protocol, head.error().message);
  if (head->status < 200 && head->status != 101) return;
  keep_alive_ = head->keep_alive;
  auto& operation = *current_;
  operation.response.status = head->status;
  operation.response.fields = std::move(head->fields);
  if (head->status == 101) {
    if (!operation.upgrade) return break_off(client_errc::protocol, "unexpected 101");
    const auto early = std::exchange(bytes, {});
    return become_stream(early);
  }
  if (!operation.collects()) {
    link_.io().forget(operation);  // The timeout of a stream ends with its head.
    if (operation.stream.on_head) operation.stream.on_head(operation.response.status, operation.response.fields);
    if (link_.ended()) return;
  }
  body_ = h1::body_reader(head->framing, head->content_length);
  in_body_ = true;
}

void client_session::read_body(std::string_view& bytes) {
  for (;;) {
    const auto piece = body_.feed(bytes);
    if (!piece) return break_off(client_errc::protocol, piece.error().message);
    if (piece->state == h1::body_reader::state::more) return;
    if (piece->state == h1::body_reader::state::done) return complete();
    if (!current_->collects()) {
      if (current_->stream.on_data) current_->stream.on_data(piece->data);
      if (link_.ended()) return;
      continue;
    }
    if (current_->response.body.size() + piece->data.size() > config_.body_bytes_max)
      return break_off(client_errc::too_large, "the answer is too large");
    current_->response.body += piece->data;
  }
}

void client_session::complete() {
  const auto last = std::move(current_);
  current_.reset();
  last->session = nullptr;
  link_.io().forget(*last);
  in_body_ = false;
  ++answers_;
  if (keep_alive_) {
    link_.set_deadline(link_.io().now() + config_.idle_timeout);
    owner_->free(*this);
  } else {
    link_.end(ending::finished);
  }
  last->succeed(nullptr);
}

void client_session::become_stream(std::string_view early) {
  const auto last = std::move(current_);
  current_.reset();
  last->session = nullptr;
  link_.io().forget(*last);
  auto stream = std::make_shared<upgraded_stream>(link_.io().shared_from_this(), upgraded_pending_max);
  owner_->lost(*this, nullptr, {});
  link_.keep(nullptr);  // The stream may outlive the client.
  stream->attach(link_, std::string(early));
  last->succeed(std::make_shared<upgraded_handle>(std::move(stream)));
}

void client_session::peer_ended() {
  if (current_ && in_body_ && body_.complete_at_end()) {
    keep_alive_ = false;
    return complete();
  }
  why_ = client_error{client_errc::closed, "the server closed the connection", true};
  link_.end(ending::peer_closed);
}

void client_session::deadline_passed() { link_.end(ending::finished); }

void client_session::break_off(client_errc code, std::string_view message) {
  why_ = client_error{code, std::string(message), true};
  link_.end(ending::aborted);
}

void client_session::closed(ending) {
  if (!why_) {
    const auto& detail = link_.transport().error();
    why_ = opened_
               ? client_error{client_errc::closed, detail.empty() ? "connection lost" : detail, true}
               : client_error{client_errc::tls, "handshake failed: " + (detail.empty() ? "timed out" : detail), false};
  }
  auto unfinished = std::move(current_);
  current_.reset();
  if (unfinished) unfinished->session = nullptr;
  const auto owner = std::move(owner_);
  owner->lost(*this, std::move(unfinished), std::move(*why_));
}

} // namespace troupe::net::http
