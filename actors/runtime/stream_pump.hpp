#pragma once
#include "actors/runtime/pump.hpp"
#include "net/process/process.hpp"
#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <memory>

namespace troupe::actors::runtime {

/// Where a stream pump gets its bytes and what its end means.
struct stream_ends {
  net::process::fd out, err; ///< read; `err` may be absent
  net::process::fd in;       ///< written; absent: input is dropped. May be a copy of `out`
  bool packets = false;      ///< `out` is conmon's attach socket: the first byte of a packet names its stream
  bool socket = false;       ///< `in` is a socket: the end of the input shuts it down for writing
  bool terminal = false;     ///< `in` and `out` are a terminal: it is resized, and its end is an error, not an end
  net::process::child child; ///< the program behind it; pid -1: none
  std::string started_file;  ///< appears when the command has started: what came before is an error text
  std::string remove_after;  ///< a file to remove at the end
  /// What to say on `status`: gets the exit code, or -1 without a program, and the text of a command that did not
  /// start.
  std::function<std::string(int code, const std::string& not_started)> status;
  std::function<void(int width, int height)> resize; ///< instead of the terminal's own
};

/// Pumps pipes, terminals and sockets, with credit in both directions.
class stream_pump final : public pump, public std::enable_shared_from_this<stream_pump> {
public:
  stream_pump(boost::asio::io_context& io, caf::actor_addr session, stream_ends ends);

  void start() override;
  void input(std::string bytes) override;
  void end_input() override;
  void resize(int width, int height) override;
  void grant(std::uint32_t bytes) override;
  void stop() override;

private:
  using descriptor = boost::asio::posix::stream_descriptor;
  struct source {
    explicit source(boost::asio::io_context& io) : file(io) {}
    descriptor file;
    streams::channel channel = streams::channel::out;
    bool open = false, reading = false;
    std::array<char, streams::chunk_limit> buffer;
  };
  void read(source& from);
  void take(source& from, std::size_t size);
  void end_of(source& from);
  void write();
  void child_ended();
  void wait_for_stragglers();
  void end_of_silence();
  void hold_early(std::string bytes, streams::channel c);
  void release_early();
  void finish_if_done();

  stream_ends ends_;
  source out_, err_;
  descriptor in_, handle_;
  boost::asio::steady_timer stragglers_, early_timer_;
  std::deque<std::string> queue_;   ///< input that waits
  std::size_t queued_bytes_ = 0;
  bool writing_ = false, input_ended_ = false, stopped_ = false, finished_ = false;
  bool started_ = true;             ///< the command runs or ran: output is its own
  bool child_alive_ = false;
  bool heard_ = false;              ///< something came since the last look
  int code_ = -1;
  std::int64_t credit_ = streams::initial_credit;
  std::deque<std::pair<streams::channel, std::string>> early_; ///< output of before the start
};

} // namespace troupe::actors::runtime
