#include "tools/bench/watch_loop.hpp"
#include "tools/bench/interrupt.hpp"
#include <ctime>
#include <fmt/format.h>
#include <memory>

namespace troupe::tools::bench {

namespace {

using clock = std::chrono::steady_clock;

constexpr auto step_limit = std::chrono::seconds(60);
constexpr int poll_limit_ms = 100;

/// What the watchers of one run share.
struct stage {
  std::string expected; ///< the name in the event that all wait for
  clock::time_point sent{};
  std::size_t open = 0; ///< watchers that have their head
  std::size_t have = 0; ///< watchers that have read the expected event
  histogram seen;
  std::string lost; ///< why a watch ended
};

/// Reads a stream of events: JSON documents, one a line.
class watcher final : public call {
public:
  explicit watcher(stage& all) : all_(all) {}

  void status(int code) override {
    status_ = code;
    if (code == 200) ++all_.open;
  }
  void data(std::string_view piece) override {
    if (status_ != 200) {
      if (error_.size() < 500) error_ += piece.substr(0, 500);
      return;
    }
    for (;;) {
      const auto end = piece.find('\n');
      if (end == std::string_view::npos) {
        partial_ += piece;
        return;
      }
      if (partial_.empty())
        event(piece.substr(0, end));
      else {
        partial_ += piece.substr(0, end);
        event(partial_);
        partial_.clear();
      }
      piece.remove_prefix(end + 1);
    }
  }
  void ended(bool complete) override {
    all_.lost = status_ == 200 || !complete ? "a watch was closed by the server"
                                            : fmt::format("a watch was refused with {}: {}", status_, error_);
  }

private:
  void event(std::string_view line) {
    if (all_.expected.empty() || line.find(all_.expected) == std::string_view::npos) return;
    ++all_.have;
    all_.seen.record(static_cast<std::uint64_t>((clock::now() - all_.sent).count()));
  }

  stage& all_;
  std::string partial_, error_;
  int status_ = 0;
};

/// The request that writes.
class write_call final : public call {
public:
  void status(int code) override { code_ = code; }
  void data(std::string_view piece) override {
    if (code_ >= 300 && error.size() < 500) error += piece.substr(0, 500);
  }
  void ended(bool complete) override {
    done = true;
    at = clock::now();
    if (!complete)
      error = "the connection broke";
    else if (code_ >= 300 && error.empty())
      error = fmt::format("status {}", code_);
  }
  bool done = false;
  clock::time_point at{};
  std::string error;

private:
  int code_ = 0;
};

double cpu_seconds() {
  timespec t{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}

class loop {
public:
  explicit loop(watch_result& out) : out_(out) {}

  bool open(const dialer& to, request_pattern watch, const watch_options& options,
            const std::function<void(std::string_view)>& tell) {
    std::size_t asked = 0;
    for (const auto streams : options.streams) {
      auto made = open_lane(to, options.how, events_);
      if (!made) return fail(made.error());
      lanes_.push_back(std::move(*made));
      for (std::size_t i = 0; i < streams; ++i) {
        watchers_.push_back(std::make_unique<watcher>(stage_));
        lanes_.back()->submit(watch.with(0), *watchers_.back());
      }
      lanes_.back()->settle();
      asked += streams;
      turn(0);
      if (tell) tell(fmt::format("watch: {} of {} watchers open", stage_.open, asked));
      if (interrupted()) return fail("interrupted");
    }
    return until([&] { return stage_.open == watchers_.size(); }, "not all watches were opened");
  }

  bool open_writer(const dialer& to) {
    auto made = open_lane(to, wire::h1, events_);
    if (!made) return fail(made.error());
    writer_ = made->get();
    lanes_.push_back(std::move(*made));
    return true;
  }

  /// Writes one object and waits until all have seen it.
  bool write(const wire_request& what, std::string_view name) {
    write_call answer;
    stage_.expected = name;
    stage_.have = 0;
    stage_.sent = clock::now();
    writer_->submit(what, answer);
    const bool ok = until([&] { return answer.done && (stage_.have >= watchers_.size() || !answer.error.empty()); },
                          "not all watchers saw a write");
    const auto end = clock::now();
    if (!ok) {
      lanes_.clear(); // Before the answer goes that the writer still points to.
      return false;
    }
    if (!answer.error.empty()) return fail("a write failed: " + answer.error);
    out_.written.record(static_cast<std::uint64_t>((answer.at - stage_.sent).count()));
    out_.last.record(static_cast<std::uint64_t>((end - stage_.sent).count()));
    return true;
  }

  [[nodiscard]] const histogram& seen() const noexcept { return stage_.seen; }
  void forget_figures() { stage_.seen = out_.written = out_.last = histogram(); }

private:
  bool fail(std::string why) {
    if (out_.fatal.empty()) out_.fatal = std::move(why);
    return false;
  }

  void turn(int limit_ms) {
    for (const auto& e : events_.wait(limit_ms))
      static_cast<lane*>(e.who)->ready(e.readable, e.writable);
  }

  template <class Condition> bool until(const Condition& met, std::string_view otherwise) {
    const auto end = clock::now() + step_limit;
    while (!met()) {
      turn(poll_limit_ms);
      if (!stage_.lost.empty()) return fail(stage_.lost);
      if (interrupted()) return fail("interrupted");
      if (clock::now() > end)
        return fail(fmt::format("{} within a minute ({} of {})", otherwise,
                                stage_.expected.empty() ? stage_.open : stage_.have, watchers_.size()));
    }
    return true;
  }

  watch_result& out_;
  stage stage_;
  poller events_;
  std::vector<std::unique_ptr<watcher>> watchers_;
  std::vector<std::unique_ptr<lane>> lanes_;
  lane* writer_ = nullptr;
};

} // namespace

watch_result run_watch_loop(const dialer& watchers, const dialer& writer, const request_pattern& watch,
                            const request_pattern& write, numbered_text name, const watch_options& options,
                            const std::function<void(std::string_view)>& tell) {
  watch_result out;
  loop all(out);
  const auto begin = clock::now();
  if (!all.open(watchers, watch, options, tell) || !all.open_writer(writer)) return out;
  auto pattern = write;
  // The first write is not counted: when all have seen it, all are synced.
  if (!all.write(pattern.with(options.first), name.with(options.first))) return out;
  out.opening = clock::now() - begin;
  all.forget_figures();
  const auto cpu = cpu_seconds();
  for (std::uint64_t i = 1; i <= options.writes && !interrupted(); ++i) {
    if (!all.write(pattern.with(options.first + i), name.with(options.first + i))) break;
    if (tell) tell(fmt::format("watch: {} of {} writes", i, options.writes));
  }
  out.cpu_seconds = cpu_seconds() - cpu;
  out.seen = all.seen();
  return out;
}

} // namespace troupe::tools::bench
