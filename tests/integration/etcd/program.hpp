#pragma once
#include <string>
#include <sys/types.h>
#include <vector>

namespace troupe::tests::etcd {

/// What a command said, both streams, and its exit status.
struct said {
  std::string text;
  int status = -1;
};
said shell(const std::string& command);

/// A running `troupe store serve-etcd` on a data directory of its own, which goes with it.
class program {
public:
  explicit program(std::vector<std::string> more = {});
  ~program();
  program(const program&) = delete;
  program& operator=(const program&) = delete;

  /// Waits until it serves; false if it ends instead.
  bool start();
  /// With SIGTERM or SIGKILL; the exit status, -1 if it was killed.
  int stop(int signal);
  /// Runs `etcdctl ARGUMENTS` against it, for at most 100 s; with `input` on standard input.
  said ctl(const std::string& arguments, const std::string& input = "") const;
  [[nodiscard]] std::string endpoint() const { return "127.0.0.1:" + port_; }
  [[nodiscard]] const std::string& dir() const { return dir_; }

  std::string ctl_flags; ///< in front of the arguments
  std::string data_dir;  ///< served from the next start on

private:
  std::vector<std::string> more_;
  std::string dir_, port_ = "0";
  pid_t pid_ = -1;
};

} // namespace troupe::tests::etcd
