#include "net/http/exchange.hpp"
#include "net/http/gzip.hpp"
#include "net/http/server_core.hpp"

namespace troupe::net::http {

namespace {

enum verb { verb_respond, verb_stream, verb_chunk, verb_finish, verb_abort, verb_upgrade };

struct upgrade_request {
  headers fields;
  std::shared_ptr<upgraded_stream> stream;
};

/// As Kubernetes: smaller answers are not worth the time.
constexpr std::size_t gzip_from = 128 * 1024;

} // namespace

exchange::exchange(std::shared_ptr<loop> io, std::shared_ptr<server_core> core, exchange_sink* sink, traits what)
    : io_(std::move(io)), core_(std::move(core)), sink_(sink), traits_(what) {
  core_->counters.requests_in_flight.fetch_add(1, std::memory_order_relaxed);
}

exchange::~exchange() { core_->counters.requests_in_flight.fetch_sub(1, std::memory_order_relaxed); }

bool exchange::enter(phase next) {
  auto expected = phase::open;
  return phase_.compare_exchange_strong(expected, next) && !closed();
}

bool exchange::respond(int status, headers fields, std::shared_ptr<const std::string> body) {
  if (!enter(phase::answered)) return false;
  if (body && body->size() >= gzip_from && traits_.accepts_gzip && !fields.contains("content-encoding")) {
    if (auto packed = gzip(*body)) {
      body = std::make_shared<const std::string>(std::move(*packed));
      fields.set("Content-Encoding", "gzip");
      fields.add("Vary", "Accept-Encoding");
    }
  }
  return io_->submit({shared_from_this(), verb_respond, std::move(body),
                      std::make_shared<parts>(parts{status, std::move(fields)})});
}

bool exchange::stream(int status, headers fields, std::size_t pending_max) {
  if (phase_.load() != phase::open) return false;
  pending_max_ = pending_max == 0 ? core_->config.limits.stream_pending_bytes_max : pending_max;
  if (!enter(phase::streaming)) return false;
  return io_->submit({shared_from_this(), verb_stream, nullptr,
                      std::make_shared<parts>(parts{status, std::move(fields)})});
}

std::shared_ptr<upgraded_stream> exchange::upgrade(headers fields) {
  if (!traits_.upgradable || !enter(phase::upgraded)) return nullptr;
  auto made = std::make_shared<upgraded_stream>(io_, core_->config.limits.stream_pending_bytes_max);
  auto request = std::make_shared<upgrade_request>(upgrade_request{std::move(fields), made});
  if (!io_->submit({shared_from_this(), verb_upgrade, nullptr, std::move(request)})) return nullptr;
  return made;
}

std::optional<std::size_t> exchange::write(std::shared_ptr<const std::string> chunk) {
  if (closed() || phase_.load(std::memory_order_acquire) != phase::streaming) return {};
  const auto size = chunk->size();
  if (size == 0) return pending();
  const auto total = backlog_.add(size, pending_max_);
  if (!total) {
    core_->counters.slow_streams_closed.fetch_add(1, std::memory_order_relaxed);
    abort();
    return {};
  }
  if (!io_->submit({shared_from_this(), verb_chunk, std::move(chunk)})) return {};
  return total;
}

void exchange::finish() {
  auto expected = phase::streaming;
  if (phase_.compare_exchange_strong(expected, phase::finished)) io_->submit({shared_from_this(), verb_finish});
}

void exchange::abort() {
  auto expected = phase::streaming;
  if (phase_.compare_exchange_strong(expected, phase::finished)) io_->submit({shared_from_this(), verb_abort});
}

void exchange::dropped() {
  if (phase_.load() == phase::streaming) return abort();
  if (!closed() && enter(phase::answered)) {
    auto body = core_->describe(500, "the request was dropped without an answer");
    headers fields{{"Content-Type", body.content_type}};
    io_->submit({shared_from_this(), verb_respond, std::make_shared<const std::string>(std::move(body.text)),
                 std::make_shared<parts>(parts{500, std::move(fields)})});
  }
}

void exchange::on_close(std::function<void()> callback) {
  {
    const std::lock_guard lock(mutex_);
    if (!closed()) {
      on_close_ = std::move(callback);
      return;
    }
  }
  io_->post(std::move(callback));
}

void exchange::run(command& what) {
  if (sink_ == nullptr) return;
  const auto self = shared_from_this();
  switch (what.what) {
    case verb_respond: {
      const auto& head = *static_cast<parts*>(what.extra.get());
      sink_->answer(*this, head.status, head.fields, std::move(what.bytes));
      break;
    }
    case verb_stream: {
      const auto& head = *static_cast<parts*>(what.extra.get());
      sink_->begin(*this, head.status, head.fields);
      break;
    }
    case verb_chunk: sink_->chunk(*this, std::move(what.bytes)); break;
    case verb_finish: sink_->finish(*this); break;
    case verb_abort: sink_->abort(*this); break;
    case verb_upgrade: {
      auto& request = *static_cast<upgrade_request*>(what.extra.get());
      sink_->upgrade(*this, request.fields, std::move(request.stream));
      break;
    }
    default: break;
  }
}

void exchange::detach(bool complete) {
  if (sink_ == nullptr) return;
  sink_ = nullptr;
  std::function<void()> callback;
  {
    const std::lock_guard lock(mutex_);
    closed_.store(true, std::memory_order_release);
    callback.swap(on_close_);
  }
  backlog_.on_drained({});
  if (callback && !complete) callback();
}

} // namespace troupe::net::http
