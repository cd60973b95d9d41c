#include "tools/bench/etcd_watches.hpp"
#include "tools/bench/etcd_requests.hpp"
#include "tools/bench/h2_lane.hpp"
#include "tools/bench/interrupt.hpp"
#include "tools/bench/lane.hpp"
#include "tools/bench/procfs.hpp"
#include <fmt/format.h>
#include <thread>

namespace troupe::tools::bench {

namespace {

using clock = std::chrono::steady_clock;

constexpr std::size_t watches_of_a_stream = 1000, streams_of_a_connection = 50;
constexpr auto silence_limit = std::chrono::seconds(60);
constexpr int poll_limit_ms = 100;

/// A stream with many watches: its request asks for all of them at once and ends there; the answers have no end.
class watch_stream final : public call {
public:
  explicit watch_stream(std::size_t wanted) : wanted_(wanted) {}
  void status(int code) override { status_ = code; }
  void data(std::string_view piece) override {
    if (status_ == 200) answers_.feed(piece);
    else error_ += piece;
  }
  void ended(bool) override { ended_ = true; }

  [[nodiscard]] std::uint64_t open() const noexcept { return std::min<std::uint64_t>(answers_.messages(), wanted_); }
  [[nodiscard]] bool ended() const noexcept { return ended_; }
  [[nodiscard]] std::string what() const {
    return error_.empty() ? fmt::format("the server ended a stream of watches (status {})", status_) : error_;
  }

private:
  std::size_t wanted_;
  etcd::message_counter answers_;
  int status_ = 0;
  bool ended_ = false;
  std::string error_;
};

class opener {
public:
  opener(const dialer& to, const std::string& prefix, std::size_t watches, std::size_t connections)
      : to_(to), prefix_(prefix) {
    for (std::size_t left = watches; left > 0;) {
      const auto n = std::min(left, watches_of_a_stream);
      streams_.push_back(std::make_unique<watch_stream>(n));
      sizes_.push_back(n);
      left -= n;
    }
    const auto needed = (streams_.size() + streams_of_a_connection - 1) / streams_of_a_connection;
    lanes_.resize(std::max({needed, std::min(connections, streams_.size()), std::size_t{1}}));
  }

  watches_result operator()(const std::vector<int>& pids, const std::function<void(std::uint64_t)>& tell) {
    watches_result out;
    out.streams = streams_.size();
    const auto begin = clock::now();
    out.fatal = submit();
    if (out.fatal.empty()) out.fatal = await(tell);
    out.opening = clock::now() - begin;
    if (!out.fatal.empty()) return out;
    std::this_thread::sleep_for(std::chrono::seconds(1)); // What it allocated for the opening alone goes.
    out.server_rss_kib = read_memory(pids);
    return out;
  }

private:
  [[nodiscard]] std::string submit() {
    for (auto& lane : lanes_) {
      auto made = open_lane(to_, wire::h2, events_);
      if (!made) return made.error();
      lane = std::move(*made);
    }
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < streams_.size(); ++i) {
      std::string body;
      for (std::size_t n = 0; n < sizes_[i]; ++n) body += etcd::watch(fmt::format("{}{:08}", prefix_, number++));
      auto& lane = *lanes_[i % lanes_.size()];
      lane.submit({{}, "POST", etcd::watch_path, body, grpc_content}, *streams_[i]);
      lane.settle();
    }
    return {};
  }

  [[nodiscard]] std::string await(const std::function<void(std::uint64_t)>& tell) {
    std::uint64_t wanted = 0, before = 0;
    for (const auto size : sizes_) wanted += size;
    for (auto last = clock::now(); clock::now() - last < silence_limit;) {
      if (interrupted()) return "interrupted";
      for (const auto& e : events_.wait(poll_limit_ms)) static_cast<bench::lane*>(e.who)->ready(e.readable, e.writable);
      std::uint64_t open = 0;
      for (const auto& s : streams_) {
        if (s->ended()) return s->what();
        open += s->open();
      }
      if (open == wanted) return {};
      if (open != before) last = clock::now();
      before = open;
      tell(open);
    }
    return fmt::format("only {} of {} watches were opened", before, wanted);
  }

  const dialer& to_;
  const std::string& prefix_;
  poller events_;
  std::vector<std::size_t> sizes_;
  std::vector<std::unique_ptr<watch_stream>> streams_;
  std::vector<std::unique_ptr<lane>> lanes_; ///< last, so that they end before their calls
};

} // namespace

std::uint64_t read_memory(const std::vector<int>& pids) {
  std::uint64_t sum = 0;
  for (const auto pid : pids)
    if (const auto p = read_process(pid)) sum += p->rss_kib;
  return sum;
}

watches_result open_watches(const dialer& to, const std::string& prefix, std::size_t watches, std::size_t connections,
                            const std::vector<int>& pids, const std::function<void(std::uint64_t open)>& tell) {
  return opener(to, prefix, watches, connections)(pids, tell);
}

} // namespace troupe::tools::bench
