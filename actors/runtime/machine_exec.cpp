#include "actors/runtime/files.hpp"
#include "actors/runtime/machine.hpp"
#include "net/process/process.hpp"
#include "policies/oci/pull_error.hpp"
#include <array>
#include <atomic>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <charconv>
#include <csignal>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace troupe::actors::runtime {

namespace asio = boost::asio;
using net::process::fd;

namespace {

/// One command that is collected to its end.
class exec_call : public std::enable_shared_from_this<exec_call> {
public:
  exec_call(asio::io_context& io, std::string process, std::function<void(exec_result)> done)
    : out_(io), err_(io), handle_(io), timer_(io), process_(std::move(process)), done_(std::move(done)) {}

  void start(const std::vector<std::string>& argv, std::uint32_t limit_ms) {
    int o[2] = {-1, -1}, e[2] = {-1, -1};
    if (::pipe2(o, O_CLOEXEC) != 0 || ::pipe2(e, O_CLOEXEC) != 0) return fail("pipe: too many open files");
    fd out_write(o[1]), err_write(e[1]);
    out_.assign(o[0]);
    err_.assign(e[0]);
    auto started = net::process::start({.argv = argv, .files = {{o[1], 1}, {e[1], 2}}});
    if (!started) return fail(started.error());
    child_ = std::move(*started);
    handle_.assign(child_.handle.release());
    open_ = 2;
    read(out_, result_.out, 0);
    read(err_, result_.err, 1);
    handle_.async_wait(asio::posix::stream_descriptor::wait_read, [me = shared_from_this()](auto ec) {
      if (!ec) me->ended();
    });
    if (limit_ms == 0) return;
    timer_.expires_after(std::chrono::milliseconds(limit_ms));
    timer_.async_wait([me = shared_from_this()](auto ec) {
      if (!ec) me->expired();
    });
  }

private:
  void read(asio::posix::stream_descriptor& from, std::string& to, std::size_t slot) {
    from.async_read_some(asio::buffer(buffers_[slot]),
                         [me = shared_from_this(), &from, &to, slot](auto ec, std::size_t n) {
                           if (ec) {
                             --me->open_;
                             return me->finish();
                           }
                           me->heard_ = true;
                           auto room = exec_output_limit - to.size();
                           to.append(me->buffers_[slot].data(), std::min(n, room));
                           me->read(from, to, slot);
                         });
  }

  void ended() {
    result_.exit_code = net::process::reap(child_);
    child_.pid = -1;
    finished_ = true;
    finish();
    if (done_) wait_for_silence();
  }

  /// A child of the command may hold the pipes for ever. On a busy machine the time may be over before this thread came
  /// to read: what it has read is told first, and what lies there is read.
  void wait_for_silence() {
    timer_.expires_after(std::chrono::milliseconds(200));
    timer_.async_wait([me = shared_from_this()](auto ec) {
      if (!ec) asio::post(me->timer_.get_executor(), [me] { me->end_of_silence(); });
    });
  }

  void end_of_silence() {
    constexpr int waits_max = 10;
    if (!done_) return;
    bool more = std::exchange(heard_, false) || files::has_bytes(out_.native_handle()) ||
                files::has_bytes(err_.native_handle());
    if (more && ++waits_ < waits_max) return wait_for_silence();
    open_ = 0;
    finish();
  }

  void expired() {
    result_.timed_out = true;
    auto text = files::read(process_ + ".pid", 32).value_or("");
    int pid = 0;
    std::from_chars(text.data(), text.data() + text.size(), pid);
    if (pid > 1) ::kill(pid, SIGKILL);
    if (child_.pid > 0) ::kill(child_.pid, SIGKILL);
  }

  void finish() {
    if (!finished_ || open_ > 0 || !done_) return;
    timer_.cancel();
    boost::system::error_code ignored;
    out_.close(ignored), err_.close(ignored), handle_.close(ignored);
    ::unlink(process_.c_str());
    ::unlink((process_ + ".pid").c_str());
    auto done = std::move(done_);
    done_ = nullptr;
    done(std::move(result_));
  }

  void fail(std::string why) {
    result_.exit_code = -1;
    result_.err = std::move(why);
    finished_ = true;
    finish();
  }

  asio::posix::stream_descriptor out_, err_, handle_;
  asio::steady_timer timer_;
  std::string process_;
  std::function<void(exec_result)> done_;
  net::process::child child_;
  exec_result result_;
  std::array<std::array<char, 16 * 1024>, 2> buffers_;
  int open_ = 0;
  int waits_ = 0;        ///< for what a child of the command may still write
  bool heard_ = false;   ///< something came since the last look
  bool finished_ = false;
};

} // namespace

backend::result<std::string> machine::process_file(const std::string& container,
                                                   const std::vector<std::string>& command, bool tty) {
  static std::atomic<unsigned> counter{0};
  auto directory = where_.container(container);
  auto text = files::read(directory + "/config.json");
  boost::system::error_code ec;
  auto spec = api::json::parse(text.value_or(""), ec);
  if (!text || ec || !spec.is_object()) return tl::unexpected("container not found (" + container + ")");
  auto path = fmt::format("{}/exec-{}-{}", directory, ::getpid(), ++counter);
  auto process = policies::oci::exec_process(spec.as_object(), command, tty);
  if (auto done = files::write(path, api::json::serialize(process)); !done) return tl::unexpected(done.error());
  return path;
}

std::vector<std::string> machine::exec_arguments(const std::string& container, const std::string& process,
                                                 bool tty) const {
  std::vector<std::string> out{"runc",      "--root", where_.runc(), "exec",
                               "--process", process,  "--pid-file",  process + ".pid"};
  if (tty) out.emplace_back("--tty");
  out.push_back(container);
  return out;
}

void machine::exec(const container_record& c, const std::vector<std::string>& command, std::uint32_t limit_ms,
                   std::function<void(exec_result)> done) {
  auto id = c.status.id;
  io_->post([this, me = shared_from_this(), id, command, limit_ms, done = std::move(done)]() mutable {
    auto process = process_file(id, command, false);
    if (!process) return done({.exit_code = -1, .err = process.error()});
    std::make_shared<exec_call>(io_->context(), *process, std::move(done))
        ->start(exec_arguments(id, *process, false), limit_ms);
  });
}

} // namespace troupe::actors::runtime
