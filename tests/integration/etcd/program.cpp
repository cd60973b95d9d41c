#include "tests/integration/etcd/program.hpp"
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace troupe::tests::etcd {

said shell(const std::string& command) {
  said out;
  auto* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return out;
  char buffer[4096];
  for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) out.text.append(buffer, n);
  int status = ::pclose(pipe);
  out.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return out;
}

program::program(std::vector<std::string> more) : more_(std::move(more)) {
  dir_ = (std::filesystem::temp_directory_path() / "troupe-etcd-XXXXXX").string();
  if (::mkdtemp(dir_.data()) == nullptr) std::abort();
  data_dir = dir_ + "/data";
}

program::~program() {
  if (pid_ > 0) stop(SIGKILL);
  std::filesystem::remove_all(dir_);
}

bool program::start() {
  int fds[2];
  if (::pipe(fds) != 0) return false;
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, fds[1], STDOUT_FILENO);
  ::posix_spawn_file_actions_addclose(&actions, fds[0]);
  std::vector<std::string> arguments{TROUPE_PROGRAM, "store",    "serve-etcd", "--data-dir",
                                     data_dir, "--listen", endpoint(),   "--log-level=off"};
  arguments.insert(arguments.end(), more_.begin(), more_.end());
  std::vector<char*> argv;
  for (auto& a : arguments) argv.push_back(a.data());
  argv.push_back(nullptr);
  bool ok = ::posix_spawn(&pid_, TROUPE_PROGRAM, &actions, nullptr, argv.data(), environ) == 0;
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(fds[1]);
  std::string line;
  for (char c; ok && ::read(fds[0], &c, 1) == 1 && c != '\n';) line.push_back(c);
  ::close(fds[0]);
  if (!line.starts_with("Serving")) return false;
  port_ = line.substr(line.rfind(':') + 1);
  return true;
}

int program::stop(int signal) {
  ::kill(pid_, signal);
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

said program::ctl(const std::string& arguments, const std::string& input) const {
  auto flags = ctl_flags.empty() ? "--endpoints=" + endpoint() : ctl_flags;
  return shell(fmt::format("printf '{}' | ETCDCTL_API=3 timeout 100 etcdctl {} {} 2>&1", input, flags, arguments));
}

} // namespace troupe::tests::etcd
