#include "net/http/loop.hpp"
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cassert>
#include <csignal>
#include <ctime>
#include <fmt/format.h>
#include <pthread.h>

namespace troupe::net::http {

namespace asio = boost::asio;

namespace {

/// Deadlines are met this late at most, so that many of them share one wake-up.
constexpr auto timer_slack = std::chrono::milliseconds(50);

/// Commands that keep coming must not keep the sockets from being read.
constexpr int rounds_max = 64;

class task final : public target {
public:
  explicit task(std::function<void()> action) : action_(std::move(action)) {}
  void run(command&) override { action_(); }

private:
  std::function<void()> action_;
};

} // namespace

struct loop::timers {
  explicit timers(asio::io_context& context) : timer(context), work(context.get_executor()) {}
  asio::steady_timer timer;
  asio::executor_work_guard<asio::io_context::executor_type> work;
  clock::time_point armed = clock::time_point::max();
};

loop::loop(std::string name)
    : name_(std::move(name)), context_(std::make_unique<asio::io_context>(1)),
      timers_(std::make_unique<timers>(*context_)) {}

std::shared_ptr<loop> loop::start(std::string name) {
  std::shared_ptr<loop> self(new loop(std::move(name)));
  // The thread must not own the loop: its owner ends it.
  self->thread_ = std::thread([raw = self.get()] {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    pthread_setname_np(pthread_self(), raw->name_.substr(0, 15).c_str());
    raw->context_->run();
  });
  return self;
}

loop::~loop() {
  stop();
  // What hangs on the sockets' pending operations still uses the members below.
  timers_.reset();
  context_.reset();
}

void loop::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  if (thread_.joinable() && !on_thread()) {
    context_->stop();
    thread_.join();
    const auto residents = std::exchange(residents_, {});
    for (const auto& [raw, each] : residents) each->evict();
    dirty_.clear();
    graveyard_.clear();
  }
  // What was never run is destroyed here, where no lock is held: destructors may call back.
  std::vector<command> leftover;
  {
    const std::lock_guard lock(mutex_);
    leftover.swap(inbox_);
  }
}

bool loop::submit(command what) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return false;
    inbox_.push_back(std::move(what));
    if (!awake_ && !(on_thread() && in_step_)) wake = awake_ = true;
  }
  if (wake) asio::post(*context_, [this] { step([] {}); });
  return true;
}

bool loop::post(std::function<void()> action) { return submit({std::make_shared<task>(std::move(action))}); }

void loop::begin() {
  assert(!in_step_ && "steps do not nest");
  now_ = clock::now();
  in_step_ = true;
}

void loop::finish() {
  settle();
  in_step_ = false;
  arm_timer();
}

void loop::mark(const std::shared_ptr<flushable>& output) {
  if (output->dirty) return;
  output->dirty = true;
  dirty_.push_back(output);
}

bool loop::run_commands() {
  {
    const std::lock_guard lock(mutex_);
    batch_.swap(inbox_);
    if (batch_.empty()) {
      awake_ = false;
      return false;
    }
  }
  for (auto& each : batch_) each.to->run(each);
  batch_.clear();
  return true;
}

void loop::settle() {
  for (int rounds = 0;; ++rounds) {
    if (rounds == rounds_max) {
      asio::post(*context_, [this] { step([] {}); });
      return;
    }
    bool busy = run_commands();
    std::vector<std::shared_ptr<flushable>> ready;
    ready.swap(dirty_);
    for (const auto& each : ready) {
      each->dirty = false;
      each->flush();
    }
    busy |= !ready.empty();
    std::vector<std::shared_ptr<void>> dead;
    dead.swap(graveyard_);
    busy |= !dead.empty();
    if (!busy) return;
    dead.clear();
    if (dirty_.capacity() == 0) {
      ready.clear();
      dirty_.swap(ready);  // Keep the allocation for the next step.
    }
  }
}

void loop::move_in(std::shared_ptr<resident> who) {
  auto* raw = who.get();
  residents_.emplace(raw, std::move(who));
}

void loop::move_out(resident& who) {
  const auto found = residents_.find(&who);
  if (found == residents_.end()) return;
  bury(std::move(found->second));
  residents_.erase(found);
}

void loop::expire_at(timed& what, clock::time_point when) {
  what.deadline = when;
  if (when >= what.queued) return;  // It will be looked at before that, and queued again then.
  if (what.queued != clock::time_point::max()) deadlines_.erase({what.queued, &what});
  what.queued = when;
  deadlines_.emplace(when, &what);
}

void loop::forget(timed& what) {
  if (what.queued != clock::time_point::max()) deadlines_.erase({what.queued, &what});
  what.queued = what.deadline = clock::time_point::max();
}

void loop::arm_timer() {
  if (deadlines_.empty()) return;
  const auto first = deadlines_.begin()->first + timer_slack;
  if (first >= timers_->armed) return;
  timers_->armed = first;
  timers_->timer.expires_at(first);
  timers_->timer.async_wait([this](const boost::system::error_code& error) {
    if (!error) step([this] { on_timer(); });
  });
}

void loop::on_timer() {
  timers_->armed = clock::time_point::max();
  while (!deadlines_.empty() && deadlines_.begin()->first <= now_) {
    auto& due = *deadlines_.begin()->second;
    deadlines_.erase(deadlines_.begin());
    due.queued = clock::time_point::max();
    if (due.deadline <= now_) due.expired();
    else if (due.deadline != clock::time_point::max()) expire_at(due, due.deadline);
  }
}

const std::string& loop::date() {
  // Dates of answers are the one place of this folder that shows wall-clock time to peers.
  const auto second = static_cast<std::int64_t>(std::time(nullptr));
  if (second != date_second_) {
    static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto time = static_cast<std::time_t>(second);
    std::tm utc{};
    ::gmtime_r(&time, &utc);
    date_second_ = second;
    date_ = fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", days[utc.tm_wday], utc.tm_mday, months[utc.tm_mon],
                        utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
  }
  return date_;
}

} // namespace troupe::net::http
