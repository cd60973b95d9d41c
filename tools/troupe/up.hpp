#pragma once
#include "tools/troupe/settings.hpp"
#include <string>
#include <vector>

namespace troupe::tools {

/// `troupe up`: starts the cluster's first node and runs until a signal ends it; the exit status. `arguments` are those
/// of the program, to start it again in the background.
[[nodiscard]] int run_up(start_settings settings, const std::vector<std::string>& arguments);

/// How `down` and `status` answer.
enum class output { text, json };

/// `troupe down`: stops the node of a data directory, its pods, and what it has in the kernel; with `purge` its data.
/// Other nodes of the cluster go on.
[[nodiscard]] int run_down(const std::string& data_dir, bool purge, output how);

/// `troupe status`: 0 if a node runs in the data directory, else 1.
[[nodiscard]] int run_status(const std::string& data_dir, output how);

} // namespace troupe::tools
