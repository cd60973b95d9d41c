#pragma once
#include "policies/api/time.hpp"
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Container logs in CRI's format: "2026-11-22T16:02:28.529998943Z stdout F text\n"; the tag P marks a piece of a
/// longer line.
namespace troupe::policies::oci {

struct log_line {
  std::string_view timestamp; ///< as written
  api::time_point time;
  bool err = false;           ///< written to stderr
  bool partial = false;       ///< the line goes on in the next entry of the same stream
  std::string_view text;      ///< without the line's end
};

/// Reads one line, without its newline. Empty for what is no log line.
[[nodiscard]] std::optional<log_line> parse_log_line(std::string_view line);

/// Which lines a reader wants and how they look.
struct log_options {
  std::optional<api::time_point> since;
  bool timestamps = false;
  std::int64_t limit_bytes = -1; ///< -1: no limit
};

/// Turns stored lines into what the user reads, line by line.
class log_formatter {
public:
  explicit log_formatter(log_options o) : options_(o) {}
  /// Appends the text of a stored line to `out`. False once the byte limit is reached.
  bool append(std::string_view line, std::string& out);
  [[nodiscard]] bool full() const noexcept { return options_.limit_bytes == 0; }

private:
  log_options options_;
  bool inside_[2] = {false, false}; ///< by stream: the last piece was a partial one
};

/// Offset in `text`, a log file's content, at which the last `lines` whole lines begin. Pieces count as one line.
[[nodiscard]] std::size_t tail_offset(std::string_view text, std::int64_t lines);

} // namespace troupe::policies::oci
