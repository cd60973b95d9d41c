#include "tools/bench/closed_loop.hpp"
#include "tools/bench/interrupt.hpp"
#include <atomic>
#include <condition_variable>
#include <ctime>
#include <fmt/format.h>
#include <memory>
#include <mutex>
#include <thread>

namespace troupe::tools::bench {

namespace {

using clock = std::chrono::steady_clock;

constexpr auto answer_limit = std::chrono::seconds(60);
constexpr int poll_limit_ms = 100;
constexpr int reopen_max = 100;
constexpr std::size_t error_bytes_max = 500;

double thread_cpu_seconds() {
  timespec t{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}

/// What the threads of one run share.
struct run {
  const dialer& to;
  const loop_options& options;
  std::atomic<std::uint64_t> taken{0}, answered{0};
  clock::time_point end = clock::time_point::max(); ///< set before `started`
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t opened = 0, finished = 0; ///< threads; guarded by mutex
  bool started = false;                 ///< guarded by mutex

  [[nodiscard]] bool take(std::uint64_t& number) {
    if (interrupted() || clock::now() >= end) return false;
    const auto n = taken.fetch_add(1, std::memory_order_relaxed);
    if (options.limit.count != 0 && n >= options.limit.count) return false;
    // A prime step: neighbours in time are far apart among the objects.
    number = options.first + (options.objects == 0 ? n : (n * 7919) % options.objects);
    return true;
  }
};

class worker {
public:
  worker(run& all, const thread_share& share, request_pattern pattern)
      : all_(all), pattern_(std::move(pattern)), seats_(share.streams.size()) {
    for (std::size_t i = 0; i < share.streams.size(); ++i)
      for (std::size_t n = 0; n < share.streams[i]; ++n)
        clients_.push_back(std::make_unique<client>(*this, seats_[i]));
  }

  void operator()() {
    for (auto& each : seats_)
      if (!open(each)) break;
    {
      std::unique_lock lock(all_.mutex);
      ++all_.opened;
      all_.changed.notify_all();
      all_.changed.wait(lock, [&] { return all_.started; });
    }
    const auto cpu = thread_cpu_seconds();
    if (result.fatal.empty()) serve();
    result.cpu_seconds = thread_cpu_seconds() - cpu;
    const std::lock_guard lock(all_.mutex);
    ++all_.finished;
    all_.changed.notify_all();
  }

  loop_result result;
  clock::time_point last{}; ///< when the last answer came

private:
  struct seat {
    std::unique_ptr<bench::lane> lane;
    std::size_t in_flight = 0;
  };

  /// One client of the closed loop.
  class client final : public call {
  public:
    client(worker& owner, seat& where) : owner_(owner), seat_(where) {}

    void next() {
      waiting_ = !seat_.lane->accepts();
      std::uint64_t number = 0;
      if (waiting_ || !owner_.all_.take(number)) return;
      ++seat_.in_flight;
      ++owner_.active_;
      ++owner_.result.issued;
      status_ = 0;
      start_ = clock::now();
      seat_.lane->submit(owner_.pattern_.with(number), *this);
    }
    void resume() {
      if (waiting_) next();
    }
    void status(int code) override { status_ = code; }
    void data(std::string_view piece) override {
      auto& text = owner_.result.first_error;
      if (status_ >= 400 && (text.empty() || this == owner_.failed_) && text.size() < error_bytes_max) {
        owner_.failed_ = this;
        text += piece.substr(0, error_bytes_max - text.size());
      }
    }
    void ended(bool complete) override {
      --seat_.in_flight;
      --owner_.active_;
      if (owner_.failed_ == this) owner_.failed_ = nullptr;
      owner_.last = clock::now();
      if (complete) {
        ++owner_.result.statuses[status_];
        if (status_ >= 200 && status_ < 300)
          owner_.result.latencies.record(static_cast<std::uint64_t>((owner_.last - start_).count()));
      } else {
        ++owner_.result.broken;
      }
      owner_.all_.answered.fetch_add(1, std::memory_order_relaxed);
      if (complete)
        next();
      else
        waiting_ = true; // The lane may be in the middle of its end.
    }

  private:
    worker& owner_;
    seat& seat_;
    clock::time_point start_{};
    int status_ = 0;
    bool waiting_ = false;
  };

  bool open(seat& where) {
    where.lane.reset();
    auto made = open_lane(all_.to, all_.options.how, events_);
    if (!made) {
      result.fatal = made.error();
      return false;
    }
    where.lane = std::move(*made);
    return true;
  }

  void serve() {
    began_ = clock::now();
    for (auto& each : clients_)
      each->next();
    settle();
    while (active_ > 0 && clock::now() - last_or_start() < answer_limit) {
      for (const auto& e : events_.wait(poll_limit_ms))
        static_cast<bench::lane*>(e.who)->ready(e.readable, e.writable);
      if (!mend()) return;
      settle();
    }
    if (active_ > 0) result.fatal = fmt::format("{} requests were not answered within a minute", active_);
  }

  /// Replaces lanes that have ended.
  bool mend() {
    bool mended = false;
    for (auto& each : seats_) {
      if (each.lane->accepts() || each.in_flight > 0) continue;
      if (++reopened_ > reopen_max) {
        result.fatal = "the server closes connection after connection";
        return false;
      }
      if (!open(each)) return false;
      mended = true;
    }
    if (mended)
      for (auto& each : clients_)
        each->resume();
    return true;
  }

  void settle() {
    for (auto& each : seats_)
      each.lane->settle();
  }

  [[nodiscard]] clock::time_point last_or_start() const { return std::max(last, began_); }

  run& all_;
  request_pattern pattern_;
  poller events_;
  std::vector<seat> seats_;
  std::vector<std::unique_ptr<client>> clients_;
  std::size_t active_ = 0;
  int reopened_ = 0;
  const client* failed_ = nullptr; ///< whose error is being read
  clock::time_point began_{};
};

void add(loop_result& to, const loop_result& from) {
  to.latencies.merge(from.latencies);
  for (const auto& [code, count] : from.statuses)
    to.statuses[code] += count;
  to.broken += from.broken;
  to.issued += from.issued;
  to.cpu_seconds += from.cpu_seconds;
  if (to.first_error.empty()) to.first_error = from.first_error;
  if (to.fatal.empty()) to.fatal = from.fatal;
}

} // namespace

loop_result run_closed_loop(const dialer& to, const request_pattern& what, const loop_options& options,
                            const std::function<void(std::uint64_t answered)>& tell) {
  run all{to, options};
  std::vector<std::unique_ptr<worker>> workers;
  for (const auto& share : options.shares)
    workers.push_back(std::make_unique<worker>(all, share, what));
  std::vector<std::thread> threads;
  for (auto& each : workers)
    threads.emplace_back([&each] { (*each)(); });
  std::unique_lock lock(all.mutex);
  all.changed.wait(lock, [&] { return all.opened == workers.size(); });
  const auto start = clock::now();
  if (options.limit.duration.count() > 0) all.end = start + options.limit.duration;
  all.started = true;
  all.changed.notify_all();
  while (!all.changed.wait_for(lock, std::chrono::milliseconds(200), [&] { return all.finished == workers.size(); })) {
    lock.unlock();
    if (tell) tell(all.answered.load(std::memory_order_relaxed));
    lock.lock();
  }
  lock.unlock();
  for (auto& each : threads)
    each.join();
  loop_result out;
  auto last = start;
  for (const auto& each : workers) {
    add(out, each->result);
    last = std::max(last, each->last);
  }
  out.wall = last - start;
  return out;
}

} // namespace troupe::tools::bench
