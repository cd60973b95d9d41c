#include "net/process/process.hpp"
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>

namespace troupe::net::process {

namespace {

constexpr const char* system_path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

std::vector<char*> pointers(const std::vector<std::string>& list) {
  std::vector<char*> out;
  for (auto& s : list) out.push_back(const_cast<char*>(s.c_str()));
  out.push_back(nullptr);
  return out;
}

struct spawn_setup {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  spawn_setup() {
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
  }
  spawn_setup(const spawn_setup&) = delete;
  spawn_setup& operator=(const spawn_setup&) = delete;
  ~spawn_setup() {
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
  }
};

/// Descriptors are first moved out of the way, so that no copy overwrites the source of a later one.
int prepare_files(spawn_setup& setup, const launch& what, std::vector<fd>& moved) {
  int highest = 2;
  bool named[3] = {false, false, false};
  for (auto& f : what.files) highest = std::max(highest, f.target);
  if (!what.terminal.empty()) {
    posix_spawn_file_actions_addopen(&setup.files, 0, what.terminal.c_str(), O_RDWR, 0);
    posix_spawn_file_actions_adddup2(&setup.files, 0, 1);
    posix_spawn_file_actions_adddup2(&setup.files, 0, 2);
    named[0] = named[1] = named[2] = true;
  }
  for (auto& f : what.files) {
    moved.emplace_back(fcntl(f.source, F_DUPFD_CLOEXEC, highest + 1));
    if (!moved.back()) return errno;
    posix_spawn_file_actions_adddup2(&setup.files, moved.back().number(), f.target);
    if (f.target < 3) named[f.target] = true;
  }
  for (int i = 0; i < 3; ++i)
    if (!named[i]) posix_spawn_file_actions_addopen(&setup.files, i, "/dev/null", i == 0 ? O_RDONLY : O_WRONLY, 0);
  if (!what.directory.empty()) posix_spawn_file_actions_addchdir_np(&setup.files, what.directory.c_str());
  for (int i = 3; i <= highest; ++i) {
    bool wanted = false;
    for (auto& f : what.files) wanted = wanted || f.target == i;
    if (!wanted) posix_spawn_file_actions_addclose(&setup.files, i);
  }
  return posix_spawn_file_actions_addclosefrom_np(&setup.files, highest + 1);
}

bool set_nonblocking(int n) { return fcntl(n, F_SETFL, fcntl(n, F_GETFL) | O_NONBLOCK) == 0; }

/// Reads what is there; closes at the end of the stream.
void drain(fd& from, std::string& to, std::size_t limit) {
  char buffer[16 * 1024];
  while (from) {
    auto n = ::read(from.number(), buffer, sizeof buffer);
    if (n > 0) {
      auto room = limit > to.size() ? limit - to.size() : 0;
      to.append(buffer, std::min<std::size_t>(static_cast<std::size_t>(n), room));
    } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
      from.reset();
    } else if (errno == EAGAIN) {
      return;
    }
  }
}

void feed(fd& to, std::string_view& rest) {
  while (to && !rest.empty()) {
    auto n = ::write(to.number(), rest.data(), rest.size());
    if (n >= 0)
      rest.remove_prefix(static_cast<std::size_t>(n));
    else if (errno == EAGAIN)
      return;
    else if (errno != EINTR)
      rest = {};
  }
  if (rest.empty()) to.reset();
}

} // namespace

tl::expected<child, std::string> start(const launch& what) {
  spawn_setup setup;
  std::vector<fd> moved;
  if (auto e = prepare_files(setup, what, moved)) return tl::unexpected(std::string(std::strerror(e)));
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&setup.attributes, &none);
  posix_spawnattr_setsigdefault(&setup.attributes, &all);
  short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
  if (what.new_session || !what.terminal.empty()) flags |= POSIX_SPAWN_SETSID;
  posix_spawnattr_setflags(&setup.attributes, flags);
  auto env_list = what.env;
  if (env_list.empty()) env_list.emplace_back(system_path);
  auto argv = pointers(what.argv), env = pointers(env_list);
  auto program = what.argv.at(0).find('/') == std::string::npos ? find_program(what.argv[0]) : what.argv[0];
  if (program.empty())
    return tl::unexpected(fmt::format("exec: \"{}\": executable file not found in $PATH", what.argv[0]));
  child out;
  if (auto e = posix_spawn(&out.pid, program.c_str(), &setup.files, &setup.attributes, argv.data(), env.data()))
    return tl::unexpected(fmt::format("{}: {}", program, std::strerror(e)));
  out.handle.reset(static_cast<int>(syscall(SYS_pidfd_open, out.pid, 0)));
  return out;
}

int reap(const child& c) {
  int status = 0;
  pid_t got = 0;
  do {
    got = waitpid(c.pid, &status, 0);
  } while (got < 0 && errno == EINTR);
  if (got < 0) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

outcome run(const command& what) {
  outcome result;
  int in[2], out[2], err[2];
  if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC)) {
    result.err = std::strerror(errno);
    return result;
  }
  fd in_r(in[0]), in_w(in[1]), out_r(out[0]), out_w(out[1]), err_r(err[0]), err_w(err[1]);
  launch l{what.argv, what.env, {{in[0], 0}, {out[1], 1}, {err[1], 2}}, false, {}, {}};
  auto started = start(l);
  if (!started) {
    result.err = started.error();
    return result;
  }
  in_r.reset();
  out_w.reset();
  err_w.reset();
  for (int n : {in_w.number(), out_r.number(), err_r.number()}) set_nonblocking(n);
  auto rest = what.input;
  feed(in_w, rest);
  auto deadline = std::chrono::steady_clock::now() + what.limit;
  bool ended = false;
  while (!ended || out_r || err_r) {
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) {
      if (ended) break;
      result.timed_out = true;
      kill(started->pid, SIGKILL);
      deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
      continue;
    }
    pollfd p[4] = {{started->handle.number(), short(ended ? 0 : POLLIN), 0}, {out_r.number(), POLLIN, 0},
                   {err_r.number(), POLLIN, 0}, {in_w.number(), POLLOUT, 0}};
    if (ended) p[0].fd = -1;
    poll(p, 4, static_cast<int>(left.count()));
    drain(out_r, result.out, what.output_limit);
    drain(err_r, result.err, what.output_limit);
    if (p[3].revents) feed(in_w, rest);
    if (p[0].revents && !ended) {
      ended = true;
      // A child of the program may hold the pipes for ever.
      deadline = std::min(deadline, std::chrono::steady_clock::now() + std::chrono::milliseconds(200));
    }
  }
  result.code = reap(*started);
  return result;
}

std::string find_program(std::string_view name) {
  for (std::string_view dir : {"/usr/local/sbin/", "/usr/local/bin/", "/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/"}) {
    auto path = std::string(dir) + std::string(name);
    if (::access(path.c_str(), X_OK) == 0) return path;
  }
  return {};
}

} // namespace troupe::net::process
