#pragma once
#include "tools/troupe/pki.hpp"
#include "tools/troupe/settings.hpp"
#include <chrono>
#include <string>
#include <vector>

/// How a process of a cluster is started and runs until it is told to end: what `troupe up` and `troupe node` share.
namespace troupe::tools {

/// Says on stderr why it does not go on; 1.
int complain(const std::string& what);
/// The same to the program that started this one in the background, too.
int fail(const start_settings& settings, const std::string& why);
/// Why these settings cannot be met by this user; empty: they can.
[[nodiscard]] std::string missing_rights(const start_settings& settings);

/// Starts this program again in a session of its own, waits until it is ready, and tells what it says; the exit
/// status.
[[nodiscard]] int detach(const std::string& data_dir, const std::vector<std::string>& arguments);

/// Sends the log to stderr, as loud as the settings say.
void set_up_logging(const start_settings& settings);

/// Takes the lock of the data directory, starts the components and runs until a signal ends them; the exit status.
/// `began` is when the program was called, for telling how long it took.
[[nodiscard]] int run_member(const start_settings& settings, const actors::cluster::cluster_config& config,
                             std::chrono::steady_clock::time_point began);

} // namespace troupe::tools
