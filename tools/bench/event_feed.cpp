#include "tools/bench/event_feed.hpp"
#include <condition_variable>
#include <deque>
#include <mutex>

namespace troupe::tools::bench {

namespace json = api::json;

struct event_feed::shared {
  struct line {
    clock::time_point at;
    std::string text;
  };
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<line> lines; // guarded by mutex, as is the rest
  bool ended = false;
  std::string refusal;
};

event_feed::event_feed(api_client& api, std::string path)
    : api_(api), path_(std::move(path)), shared_(std::make_shared<shared>()) {
  open();
}

event_feed::~event_feed() {
  if (watch_) watch_->stop();
}

void event_feed::open() {
  const auto query = path_ + (path_.find('?') == std::string::npos ? "?watch=1" : "&watch=1");
  watch_ = api_.open_watch(
      query,
      [to = shared_](std::string_view text) {
        const auto now = clock::now();
        const std::lock_guard lock(to->mutex);
        to->lines.push_back({now, std::string(text)});
        to->changed.notify_one();
      },
      [to = shared_](std::string why) {
        const std::lock_guard lock(to->mutex);
        to->ended = true;
        to->refusal = std::move(why);
        to->changed.notify_one();
      });
}

std::optional<event_feed::event> event_feed::next(clock::time_point limit) {
  for (;;) {
    shared::line got;
    {
      std::unique_lock lock(shared_->mutex);
      shared_->changed.wait_until(lock, limit, [&] { return !shared_->lines.empty() || shared_->ended; });
      if (shared_->lines.empty()) {
        if (!shared_->ended || clock::now() >= limit) return std::nullopt;
        shared_->ended = false;
        lock.unlock();
        open();
        // A server that refuses is not asked in a tight loop.
        lock.lock();
        shared_->changed.wait_until(lock, std::min(limit, clock::now() + std::chrono::milliseconds(100)),
                                    [&] { return !shared_->lines.empty(); });
        continue;
      }
      got = std::move(shared_->lines.front());
      shared_->lines.pop_front();
    }
    boost::system::error_code error;
    auto document = json::parse(got.text, error);
    if (error || !document.is_object()) continue;
    auto type = std::string(api::string_at(document, {"type"}));
    auto* object = document.get_object().if_contains("object");
    if (object == nullptr || !object->is_object() || type == "BOOKMARK" || type == "ERROR") continue;
    return event{got.at, std::move(type), std::move(object->get_object())};
  }
}

std::string event_feed::refusal() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->refusal;
}

} // namespace troupe::tools::bench
