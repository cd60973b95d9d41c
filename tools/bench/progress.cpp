#include "tools/bench/progress.hpp"
#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

namespace troupe::tools::bench {

progress::progress() : on_(::isatty(STDOUT_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1) {}
progress::~progress() { clear(); }

void progress::say(std::string_view what) {
  const auto now = std::chrono::steady_clock::now();
  if (!on_ || now < next_) return;
  next_ = now + std::chrono::milliseconds(200);
  shown_ = true;
  fmt::print(stderr, "\r\x1b[K{}", what);
}

void progress::clear() {
  if (shown_) fmt::print(stderr, "\r\x1b[K");
  shown_ = false;
}

} // namespace troupe::tools::bench
