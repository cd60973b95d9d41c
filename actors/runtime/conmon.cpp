#include "actors/runtime/conmon.hpp"
#include "actors/runtime/files.hpp"
#include "net/process/process.hpp"
#include "policies/api/json.hpp"
#include "policies/oci/pull_error.hpp"
#include <algorithm>
#include <charconv>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

namespace troupe::actors::runtime {

namespace {

constexpr std::chrono::seconds create_limit{60};

std::vector<std::string> arguments(const conmon_launch& w) {
  std::vector<std::string> out{
    "conmon", "--api-version", "1", "-c", w.id, "-u", w.id, "-n", w.name, "-b", w.bundle, "-r",
    net::process::find_program("runc"), "--runtime-arg=--root", "--runtime-arg=" + w.runc_root, "-p", w.bundle + "/pid",
    "-P", w.bundle + "/conmon.pid", "--exit-dir", w.exit_dir, "--full-attach", "--no-sync-log", "--log-level", "error",
    "-l", w.log_path.empty() ? "none" : "k8s-file:" + w.log_path};
  if (w.tty) out.emplace_back("-t");
  if (w.in) out.emplace_back("-i");
  if (w.in && !w.in_once) out.emplace_back("--leave-stdin-open");
  return out;
}

/// One line of JSON: {"data": <pid>} or {"data": -1, "message": "…"}.
tl::expected<std::uint32_t, std::string> read_answer(int n) {
  std::string text;
  auto deadline = std::chrono::steady_clock::now() + create_limit;
  while (text.find('\n') == std::string::npos) {
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd p{n, POLLIN, 0};
    if (left.count() <= 0 || ::poll(&p, 1, static_cast<int>(left.count())) == 0)
      return tl::unexpected(std::string("the runtime did not answer in time"));
    char buffer[4096];
    auto got = ::read(n, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    text.append(buffer, static_cast<std::size_t>(got));
  }
  boost::system::error_code ec;
  auto doc = api::json::parse(text.substr(0, text.find('\n')), ec);
  if (ec) return tl::unexpected(std::string("conmon ended without an answer"));
  auto pid = api::int_at(doc, {"data"}, api::int_at(doc, {"pid"}, -1));
  if (pid > 0) return static_cast<std::uint32_t>(pid);
  return tl::unexpected("OCI runtime create failed: " +
                        policies::oci::program_message(api::string_at(doc, {"message"})));
}

} // namespace

tl::expected<std::uint32_t, std::string> start_conmon(const conmon_launch& what) {
  int pipes[2];
  if (::pipe2(pipes, O_CLOEXEC) != 0) return files::failure("pipe");
  net::process::fd in(pipes[0]), out(pipes[1]);
  constexpr int sync_target = 3;
  auto started = net::process::start({.argv = arguments(what),
                                      .env = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                                              fmt::format("_OCI_SYNCPIPE={}", sync_target)},
                                      .files = {{out.number(), sync_target}},
                                      // When the kernel kills for lack of memory it leaves a file "oom" where it is.
                                      .directory = what.bundle});
  out.reset();
  if (!started) return tl::unexpected(started.error());
  // It forks at once: the one started here only writes the pid of the one that stays.
  auto code = net::process::reap(*started);
  if (code != 0) return tl::unexpected(fmt::format("conmon failed with exit code {}", code));
  return read_answer(in.number());
}

tl::expected<void, std::string> conmon_control(const std::string& bundle, std::string_view line) {
  net::process::fd pipe(::open((bundle + "/ctl").c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC));
  if (!pipe) return files::failure("open control pipe");
  if (::write(pipe.number(), line.data(), line.size()) < 0) return files::failure("write control pipe");
  return {};
}

std::string conmon_resize(int width, int height) {
  return fmt::format("1 {} {}\n", std::clamp(height, 0, 1000), std::clamp(width, 0, 1000));
}

std::uint32_t conmon_pid(const std::string& bundle) {
  auto text = files::read(bundle + "/conmon.pid", 32).value_or("");
  std::uint32_t pid = 0;
  std::from_chars(text.data(), text.data() + text.size(), pid);
  if (pid == 0) return 0;
  // A reused pid has another command line.
  auto line = files::read(fmt::format("/proc/{}/cmdline", pid), 64 * 1024).value_or("");
  return line.find(bundle) != std::string::npos ? pid : 0;
}

} // namespace troupe::actors::runtime
