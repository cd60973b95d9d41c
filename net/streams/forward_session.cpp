#include "net/streams/forward_session.hpp"
#include <charconv>

namespace troupe::net::streams {

namespace {
/// Pairs of which one stream has come and the other not.
constexpr std::size_t waiting_max = 256;
} // namespace

forward_pair::~forward_pair() {
  resume();
  end();
}

std::optional<std::size_t> forward_pair::write(std::string_view bytes) { return session_->wire().write(data_, bytes); }

void forward_pair::on_drained(std::function<void()> callback) { session_->on_drained(data_, std::move(callback)); }

void forward_pair::pause() {
  if (!paused_.exchange(true)) session_->pause();
}

void forward_pair::resume() {
  if (paused_.exchange(false)) session_->resume();
}

void forward_pair::end() {
  if (ended_.exchange(true)) return;
  session_->wire().end(data_);
  session_->wire().end(error_);
  session_->finished(data_);
}

void forward_pair::fail(std::string_view message) {
  if (ended_.exchange(true)) return;
  session_->wire().write(error_, message);
  session_->wire().end(error_);
  session_->wire().end(data_);
  session_->finished(data_);
}

void forward_session::start() {
  const auto self = shared_from_this();
  session_->start({
      .on_stream = [self](spdy::stream_id id, const spdy::header_list& fields) { self->opened(id, fields); },
      .on_reply = {},
      .on_data =
          [self](spdy::stream_id id, std::string_view bytes) {
            if (const auto found = self->find(id); found && found->on_data) found->on_data(bytes);
          },
      .on_end =
          [self](spdy::stream_id id) {
            if (const auto found = self->find(id); found && found->on_end) found->on_end();
          },
      .on_reset =
          [self](spdy::stream_id id) {
            if (const auto last = self->take(id); last && last->on_close) last->on_close();
          },
      .on_close = [self] { self->closed(); },
  });
  session_->on_drained([weak = weak_from_this()] {
    const auto alive = weak.lock();
    if (!alive) return;
    std::map<spdy::stream_id, std::function<void()>> all;
    {
      const std::lock_guard lock(alive->mutex_);
      all = alive->drained_;
    }
    for (const auto& [id, callback] : all) callback();
  });
}

void forward_session::opened(spdy::stream_id stream, const spdy::header_list& fields) {
  const auto type = spdy::find(fields, "streamtype");
  const auto port_text = spdy::find(fields, "port");
  std::uint16_t port = 0;
  const auto parsed = std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
  if ((type != "data" && type != "error") || parsed.ec != std::errc() || port == 0 || waiting_.size() >= waiting_max)
    return session_->reset(stream, spdy::reset_status::refused_stream);
  std::string id(spdy::find(fields, "requestid"));
  // Clients without request ids open the data stream right after its error stream.
  if (id.empty()) id = std::to_string(type == "error" ? stream : stream - 2);
  auto& pair = waiting_[id];
  auto& place = type == "data" ? pair.data : pair.error;
  if (place != 0) return session_->reset(stream, spdy::reset_status::stream_in_use);
  place = stream;
  pair.port = port;
  session_->accept(stream);
  if (pair.data == 0 || pair.error == 0) return;
  const auto both = pair;
  waiting_.erase(id);
  connect(both);
}

void forward_session::connect(const half& both) {
  const auto pair = std::make_shared<forward_pair>(shared_from_this(), both.data, both.error);
  auto callbacks = std::make_shared<forward_callbacks>(acceptor_.on_connection(both.port, pair));
  const std::lock_guard lock(mutex_);
  if (!pair->ended()) open_.emplace(both.data, std::move(callbacks));
}

std::shared_ptr<forward_callbacks> forward_session::find(spdy::stream_id data) {
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(data);
  return found == open_.end() ? nullptr : found->second;
}

std::shared_ptr<forward_callbacks> forward_session::take(spdy::stream_id data) {
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(data);
  if (found == open_.end()) return nullptr;
  auto last = std::move(found->second);
  open_.erase(found);
  return last;
}

void forward_session::finished(spdy::stream_id data) {
  const auto last = take(data);
  std::function<void()> drained;
  const std::lock_guard lock(mutex_);
  if (const auto found = drained_.find(data); found != drained_.end()) {
    drained.swap(found->second);
    drained_.erase(found);
  }
}

void forward_session::closed() {
  std::map<spdy::stream_id, std::shared_ptr<forward_callbacks>> all;
  std::map<spdy::stream_id, std::function<void()>> drained;
  {
    const std::lock_guard lock(mutex_);
    all.swap(open_);
    drained.swap(drained_);
  }
  const auto acceptor = std::exchange(acceptor_, {});
  for (const auto& [id, callbacks] : all)
    if (callbacks->on_close) callbacks->on_close();
  if (acceptor.on_close) acceptor.on_close();
}

void forward_session::pause() {
  const std::lock_guard lock(mutex_);
  if (++paused_ == 1) session_->pause();
}

void forward_session::resume() {
  const std::lock_guard lock(mutex_);
  if (--paused_ == 0) session_->resume();
}

void forward_session::on_drained(spdy::stream_id data, std::function<void()> callback) {
  const std::lock_guard lock(mutex_);
  drained_[data] = std::move(callback);
}

} // namespace troupe::net::streams
