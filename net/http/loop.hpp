#pragma once
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace troupe::net::http {

struct command;

/// Receives commands from any thread, one at a time, on the loop's thread.
class target {
public:
  virtual ~target() = default;
  virtual void run(command& what) = 0;
};

/// Something asked of a `target`. What the fields mean is between the sender and the target.
struct command {
  std::shared_ptr<target> to;
  int what = 0;
  std::shared_ptr<const std::string> bytes;
  std::shared_ptr<void> extra;
};

/// Something that collects output during a step and is flushed once at its end.
class flushable {
public:
  virtual ~flushable() = default;
  virtual void flush() = 0;
  bool dirty = false;  ///< owned by the loop
};

using clock = std::chrono::steady_clock;

/// Something with a deadline that moves often. The loop's bookkeeping is lazy: moving a deadline to later costs
/// nothing.
class timed {
public:
  virtual ~timed() = default;
  virtual void expired() = 0;
  clock::time_point deadline = clock::time_point::max();  ///< set by `loop::expire_at`
  clock::time_point queued = clock::time_point::max();    ///< owned by the loop
};

/// Something that lives on a loop until it ends by itself, or the loop stops.
class resident {
public:
  virtual ~resident() = default;
  /// The loop has stopped: end now. Comes on the thread that stopped it.
  virtual void evict() = 0;
};

/// One I/O thread. Other threads hand it commands; a burst of commands costs one wake-up, and the output that they
/// cause is flushed once. One timer serves all deadlines; an idle loop makes no system call.
class loop : public std::enable_shared_from_this<loop> {
public:
  static std::shared_ptr<loop> start(std::string name);
  ~loop();
  loop(const loop&) = delete;

  /// Ends the thread and waits for it, then ends what lived here: last callbacks run on the calling thread, which must
  /// not be the loop's. Idempotent.
  void stop();

  // From any thread.
  /// False after `stop`: the command will not run.
  bool submit(command what);
  bool post(std::function<void()> task);
  [[nodiscard]] bool on_thread() const noexcept { return std::this_thread::get_id() == thread_.get_id(); }

  // Only on the loop's thread.
  [[nodiscard]] boost::asio::io_context& context() noexcept { return *context_; }
  /// Runs `action`, then the commands that came meanwhile, then flushes. Every handler of the loop is one step.
  template <class Action> void step(Action&& action) {
    begin();
    action();
    finish();
  }
  void mark(const std::shared_ptr<flushable>& output);
  /// Keeps `dead` until the end of the step, so that an object may end itself from within its own methods.
  void bury(std::shared_ptr<void> dead) { graveyard_.push_back(std::move(dead)); }
  /// The loop shares ownership until `move_out`.
  void move_in(std::shared_ptr<resident> who);
  void move_out(resident& who);
  void expire_at(timed& what, clock::time_point when);
  void forget(timed& what);
  [[nodiscard]] clock::time_point now() const noexcept { return now_; }
  /// "Sun, 06 Nov 1994 08:49:37 GMT", made once a second.
  [[nodiscard]] const std::string& date();
  /// Scratch space, valid until the next read of any connection of this loop.
  [[nodiscard]] std::span<char> input() noexcept { return input_; }
  [[nodiscard]] std::span<char> output() noexcept { return output_; }

private:
  struct timers;
  explicit loop(std::string name);
  void begin();
  void finish();
  void settle();
  bool run_commands();
  void arm_timer();
  void on_timer();

  std::string name_;
  std::unique_ptr<boost::asio::io_context> context_;
  std::unique_ptr<timers> timers_;
  std::thread thread_;

  std::mutex mutex_;
  std::vector<command> inbox_;  // guarded by mutex_
  bool awake_ = false;          // guarded by mutex_: a wake-up is under way
  bool stopped_ = false;        // guarded by mutex_

  // The loop's thread only.
  bool in_step_ = false;
  std::vector<command> batch_;
  std::vector<std::shared_ptr<flushable>> dirty_;
  std::vector<std::shared_ptr<void>> graveyard_;
  std::unordered_map<resident*, std::shared_ptr<resident>> residents_;
  std::set<std::pair<clock::time_point, timed*>> deadlines_;
  clock::time_point now_ = clock::now();
  std::int64_t date_second_ = 0;
  std::string date_;
  std::array<char, 65536> input_;
  std::array<char, 65536> output_;
};

} // namespace troupe::net::http
