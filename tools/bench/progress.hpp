#pragma once
#include <chrono>
#include <string_view>

namespace troupe::tools::bench {

/// One line on the terminal that is written over while something runs, and gone when it is done. Says nothing unless
/// standard output and error are terminals.
class progress {
public:
  progress();
  ~progress();
  progress(progress&&) = delete;
  /// At most five times a second; others are dropped.
  void say(std::string_view what);
  void clear();

private:
  bool on_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point next_{};
};

} // namespace troupe::tools::bench
