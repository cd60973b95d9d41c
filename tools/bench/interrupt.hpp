#pragma once

namespace troupe::tools::bench {

/// From now on SIGINT, SIGTERM and SIGHUP only raise a flag, so that measurements can end early and clean up; a second
/// signal ends the program at once.
void catch_signals();
/// True once one of them has come.
[[nodiscard]] bool interrupted() noexcept;

} // namespace troupe::tools::bench
