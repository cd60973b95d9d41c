#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace troupe::tools::chaos::live {

/// A process as nobody else can be it: numbers are used again.
struct process_mark {
  std::int64_t pid = 0;
  std::uint64_t started = 0; ///< clock ticks since the machine's start (proc(5), field 22 of stat)
};

/// What a run has made of the machine: all that is needed to remove it without the run. It is written before anything
/// is made, and whenever a fault begins or ends.
struct run_state {
  std::string id;                      ///< [a-z0-9], in the names of everything the run makes
  process_mark harness;                ///< the state counts as long as this runs: its lease
  std::string folder;                  ///< temporary files: logs and data
  std::vector<std::string> namespaces; ///< of the network, each with a name that `ip netns` knows
  std::vector<std::string> mounts;     ///< below `folder`
  std::vector<std::string> faults;     ///< under way, for people
};

[[nodiscard]] std::string text_of(const run_state& s);
/// What it names is going to be removed by root, so that nothing counts but what a run may have made; the error is a
/// sentence.
[[nodiscard]] tl::expected<run_state, std::string> read_state(std::string_view text);

/// The start of a process in `/proc/PID/stat`; 0 if the text is none.
[[nodiscard]] std::uint64_t start_in_stat(std::string_view stat);

} // namespace troupe::tools::chaos::live
