#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace troupe::tools::bench {

/// What the kernel tells about a process. Counts since its start; sizes in kibibytes.
struct process_usage {
  std::string name;
  pid_t pid = 0, parent = 0;
  double cpu_seconds = 0; ///< user and system, all threads
  std::uint64_t threads = 0;
  std::uint64_t switches = 0; ///< context switches of all threads, voluntary or not
  std::uint64_t rss_kib = 0, peak_rss_kib = 0;
  std::uint64_t pss_kib = 0; ///< shared pages divided among their users; 0 if not readable
};

/// Fields of `/proc/PID/stat` (proc(5)); `ticks_per_second` is what sysconf(_SC_CLK_TCK) says.
[[nodiscard]] std::optional<process_usage> parse_stat(std::string_view text, double ticks_per_second);
/// The number behind "Name:" in texts like `/proc/PID/status` and `smaps_rollup`; 0 if it is not there.
[[nodiscard]] std::uint64_t number_after(std::string_view text, std::string_view name) noexcept;

/// Empty if there is no such process.
[[nodiscard]] std::optional<process_usage> read_process(pid_t pid);
/// True if a word of a command line, or the name of a folder above it, is `path`.
[[nodiscard]] bool names_path(std::string_view command_line, std::string_view path) noexcept;
/// The descendants of a process, and those whose command line names one of `marks` or something below it: helpers like
/// conmon, which leave their parent. Without the process itself and this program.
[[nodiscard]] std::vector<pid_t> related_processes(pid_t pid, const std::vector<std::string>& marks);

} // namespace troupe::tools::bench
