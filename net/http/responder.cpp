#include "net/http/responder.hpp"
#include "net/http/exchange.hpp"

namespace troupe::net::http {

bool responder::respond(int status, headers fields, std::shared_ptr<const std::string> body) const {
  return handle_ && handle_->get().respond(status, std::move(fields), std::move(body));
}

bool responder::respond(int status, headers fields, std::string body) const {
  return respond(status, std::move(fields), std::make_shared<const std::string>(std::move(body)));
}

stream_writer responder::stream(int status, headers fields, std::size_t pending_bytes_max) const {
  if (!handle_ || !handle_->get().stream(status, std::move(fields), pending_bytes_max)) return {};
  return stream_writer(handle_);
}

byte_stream_ptr responder::upgrade(headers fields) const {
  if (!handle_) return nullptr;
  auto stream = handle_->get().upgrade(std::move(fields));
  return stream ? std::make_shared<upgraded_handle>(std::move(stream)) : nullptr;
}

bool responder::can_upgrade() const noexcept { return handle_ && handle_->get().upgradable(); }
void responder::on_close(std::function<void()> callback) const {
  if (handle_) handle_->get().on_close(std::move(callback));
}
bool responder::closed() const noexcept { return !handle_ || handle_->get().closed(); }

std::optional<std::size_t> stream_writer::write(std::shared_ptr<const std::string> chunk) const {
  if (!handle_ || !chunk) return {};
  return handle_->get().write(std::move(chunk));
}

std::optional<std::size_t> stream_writer::write(std::string chunk) const {
  return write(std::make_shared<const std::string>(std::move(chunk)));
}

void stream_writer::finish() const {
  if (handle_) handle_->get().finish();
}
void stream_writer::abort() const {
  if (handle_) handle_->get().abort();
}
void stream_writer::on_close(std::function<void()> callback) const {
  if (handle_) handle_->get().on_close(std::move(callback));
}
void stream_writer::on_drained(std::function<void()> callback) const {
  if (handle_) handle_->get().on_drained(std::move(callback));
}
bool stream_writer::closed() const noexcept { return !handle_ || handle_->get().closed(); }
std::size_t stream_writer::pending() const noexcept { return handle_ ? handle_->get().pending() : 0; }

} // namespace troupe::net::http
