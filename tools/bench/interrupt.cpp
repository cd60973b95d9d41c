#include "tools/bench/interrupt.hpp"
#include <atomic>
#include <csignal>

namespace troupe::tools::bench {

namespace {
std::atomic<bool> flag{false};
static_assert(std::atomic<bool>::is_always_lock_free);
} // namespace

void catch_signals() {
  struct sigaction action {};
  action.sa_handler = [](int) { flag = true; };
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  for (int s : {SIGINT, SIGTERM, SIGHUP})
    ::sigaction(s, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

bool interrupted() noexcept { return flag.load(std::memory_order_relaxed); }

} // namespace troupe::tools::bench
