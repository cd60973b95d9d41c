#include "net/http/upgraded_stream.hpp"
#include "net/http/connection.hpp"

namespace troupe::net::http {

namespace {

/// Bytes kept for a consumer that has not started or has paused; then the socket is not read.
constexpr std::size_t early_max = 64 * 1024;

class upgraded_driver final : public driver {
public:
  explicit upgraded_driver(std::shared_ptr<upgraded_stream> stream) : stream_(std::move(stream)) {}
  void opened() override {}
  void received(std::string_view bytes) override { stream_->received(bytes); }
  void peer_ended() override { stream_->peer_ended(); }
  void sent(std::size_t bytes) override { stream_->sent(bytes); }
  void deadline_passed() override { stream_->expired(); }
  void closed(ending) override { stream_->ended(); }

private:
  std::shared_ptr<upgraded_stream> stream_;
};

} // namespace

upgraded_stream::upgraded_stream(std::shared_ptr<loop> io, std::size_t pending_max)
    : io_(std::move(io)), pending_max_(pending_max) {}

void upgraded_stream::start(std::function<void(std::string_view)> on_data, std::function<void()> on_close) {
  auto both = std::make_shared<callbacks>(callbacks{std::move(on_data), std::move(on_close)});
  io_->submit({shared_from_this(), verb_start, nullptr, std::move(both)});
}

std::optional<std::size_t> upgraded_stream::write(std::string bytes) {
  if (closed() || closing_.load(std::memory_order_acquire)) return {};
  const auto size = bytes.size();
  if (size == 0) return pending();
  const auto total = backlog_.add(size, pending_max_);
  if (!total) {
    ask(verb_abort);
    return {};
  }
  if (!io_->submit({shared_from_this(), verb_write, std::make_shared<const std::string>(std::move(bytes))})) return {};
  return total;
}

void upgraded_stream::expire_after(std::chrono::milliseconds time) {
  if (closed()) return;
  io_->submit({shared_from_this(), verb_expire, nullptr, std::make_shared<std::chrono::milliseconds>(time)});
}

void upgraded_stream::expired() {
  if (link_ != nullptr) link_->end(ending::timed_out);
}

void upgraded_stream::ask(int what) {
  if (closed()) return;
  if (what == verb_close || what == verb_abort) closing_.store(true, std::memory_order_release);
  io_->submit({shared_from_this(), what});
}

void upgraded_stream::run(command& what) {
  switch (what.what) {
    case verb_start:
      callbacks_ = std::static_pointer_cast<callbacks>(what.extra);
      if (over_) {
        // The peer has said everything and left before anybody listened.
        const auto last = std::move(callbacks_);
        if (!early_.empty()) last->on_data(std::exchange(early_, {}));
        last->on_close();
      } else if (!early_.empty()) {
        received({});
      }
      return;
    case verb_write:
      if (link_ != nullptr) link_->send(std::move(what.bytes));
      return;
    case verb_pause:
      paused_ = true;
      if (link_ != nullptr) link_->pause_reading();
      return;
    case verb_resume:
      paused_ = false;
      received({});
      if (link_ != nullptr && !paused_) link_->resume_reading();
      return;
    case verb_close:
      if (link_ != nullptr) link_->end_after_flush();
      return;
    case verb_abort:
      if (link_ != nullptr) link_->end(ending::aborted);
      return;
    case verb_expire: {
      const auto time = *static_cast<std::chrono::milliseconds*>(what.extra.get());
      if (link_ != nullptr) link_->set_deadline(time.count() == 0 ? clock::time_point::max() : io_->now() + time);
      return;
    }
    default: return;
  }
}

void upgraded_stream::attach(connection& link, std::string early) {
  link_ = &link;
  early_ = std::move(early);
  link.set_deadline(clock::time_point::max());
  link.replace(std::make_unique<upgraded_driver>(shared_from_this()));
  if (early_.size() >= early_max) link.pause_reading();
  else link.resume_reading();
}

void upgraded_stream::received(std::string_view bytes) {
  if (!callbacks_ || paused_ || !early_.empty()) {
    early_ += bytes;
    if (!callbacks_ || paused_) {
      if (early_.size() >= early_max && link_ != nullptr) link_->pause_reading();
      return;
    }
  }
  const auto consumer = callbacks_;
  if (early_.empty()) {
    if (!bytes.empty()) consumer->on_data(bytes);
    return;
  }
  const auto kept = std::move(early_);
  early_.clear();
  consumer->on_data(kept);
  if (link_ != nullptr && !paused_) link_->resume_reading();
}

void upgraded_stream::peer_ended() {
  if (link_ != nullptr) link_->end_after_flush();
}

void upgraded_stream::ended() {
  link_ = nullptr;
  over_ = true;
  closed_.store(true, std::memory_order_release);
  backlog_.on_drained({});
  if (!callbacks_) return;
  const auto last = std::move(callbacks_);
  if (!early_.empty() && !paused_) last->on_data(std::exchange(early_, {}));
  last->on_close();
}

} // namespace troupe::net::http
