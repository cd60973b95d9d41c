#pragma once
#include "net/process/fd.hpp"
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

/// Child processes without a signal handler: each is watched through its pid descriptor, so that libraries and threads
/// never steal each other's children.
namespace troupe::net::process {

/// Makes descriptor `target` of the child a copy of our `source`.
struct passed {
  int source, target;
};

struct launch {
  std::vector<std::string> argv; ///< argv[0] is looked up in PATH where it has no slash
  std::vector<std::string> env;  ///< the whole environment, "NAME=value"; empty: PATH only
  std::vector<passed> files;     ///< standard streams that are not named are /dev/null; all other files are closed
  bool new_session = false;
  std::string terminal;          ///< path of a terminal that becomes the standard streams and the controlling one
  std::string directory;         ///< where it starts; empty: where we are
};

/// A started child that the caller must reap.
struct child {
  int pid = -1;
  fd handle; ///< pid descriptor: readable when the child has ended
};

[[nodiscard]] tl::expected<child, std::string> start(const launch& what);

/// Reaps an ended child: exit code, or 128 + signal. Blocks if it runs; -1 if it is not there.
[[nodiscard]] int reap(const child& c);

struct command {
  std::vector<std::string> argv, env;
  std::string_view input;
  std::chrono::milliseconds limit{30'000};
  std::size_t output_limit = 4 * 1024 * 1024; ///< of each stream; what is more is dropped
};
struct outcome {
  int code = -1; ///< exit code, 128 + signal, or -1 if it did not start
  bool timed_out = false;
  std::string out, err; ///< `err` has the reason if it did not start
  [[nodiscard]] bool ok() const noexcept { return code == 0; }
};

/// Runs a program to its end, or kills it at the limit. Blocks: only for threads that may.
[[nodiscard]] outcome run(const command& what);

/// Full path of a program in PATH or the usual system directories; empty if it is not installed.
[[nodiscard]] std::string find_program(std::string_view name);

} // namespace troupe::net::process
