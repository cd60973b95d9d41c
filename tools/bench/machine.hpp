#pragma once
#include "tools/bench/report.hpp"
#include <string>

namespace troupe::tools::bench {

/// A report that already says on which machine and by which program it was made, with warnings if its figures may not
/// count: a build without optimization, a busy machine.
[[nodiscard]] report open_report();

/// `run_name` of now and this process.
[[nodiscard]] std::string new_run_name();

/// Tells the user on standard error why there is no result; the exit status.
[[nodiscard]] int complain(const std::string& what);

} // namespace troupe::tools::bench
