#pragma once
#include "actors/runtime/messages.hpp"
#include <cstdint>
#include <string>
#include <tl/expected.hpp>

namespace troupe::actors::runtime {

/// conmon, the process that stays with a container: it holds its streams, writes its log in CRI's format, waits for its
/// end and outlives this program.
struct conmon_launch {
  std::string id, name, bundle;
  std::string runc_root, exit_dir;
  std::string log_path; ///< empty: what the container writes is dropped
  bool tty = false, in = false, in_once = false;
};

/// Starts conmon, which creates the container; answers the container's pid. Blocks for the creation.
[[nodiscard]] tl::expected<std::uint32_t, std::string> start_conmon(const conmon_launch& what);

/// Sends a line to the control pipe of a bundle's conmon. Fails if nobody listens.
[[nodiscard]] tl::expected<void, std::string> conmon_control(const std::string& bundle, std::string_view line);
constexpr std::string_view conmon_reopen_log = "2 0 0\n";
/// The line that resizes a container's terminal; conmon takes 1000 at most.
[[nodiscard]] std::string conmon_resize(int width, int height);

/// Pid of the bundle's conmon if it runs, else 0.
[[nodiscard]] std::uint32_t conmon_pid(const std::string& bundle);

} // namespace troupe::actors::runtime
