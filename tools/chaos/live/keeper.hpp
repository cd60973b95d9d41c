#pragma once
#include "tools/chaos/live/state.hpp"
#include <string>
#include <vector>

namespace troupe::tools::chaos::live {

/// Where the runs of this machine say what they have made.
inline constexpr const char* state_folder = "/run/troupe-chaos";
[[nodiscard]] std::string state_file(const std::string& id);
/// In one step: whoever reads the file sees the state before or after. The error is a sentence.
[[nodiscard]] tl::expected<void, std::string> write_state(const run_state& s);

[[nodiscard]] process_mark own_mark();
[[nodiscard]] bool runs(const process_mark& p);

/// Ends all processes of the run, and removes its mounts, namespaces, files and at last its state. What was there, in
/// sentences; what could not be removed is in the error.
[[nodiscard]] tl::expected<std::vector<std::string>, std::string> clear(const run_state& s);

/// Waits for the end of its input, which is that of the run, however it came, and clears up. Answers an exit status.
[[nodiscard]] int keep(const std::string& file);
/// Clears up after runs whose harness does not run any more. Answers an exit status.
[[nodiscard]] int heal(bool as_json);

} // namespace troupe::tools::chaos::live
