#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::tools::inspect {

/// The whole terminal, until it is destroyed: then everything is as it was.
class screen {
public:
  /// Null if standard input or output is no terminal.
  [[nodiscard]] static std::unique_ptr<screen> open();
  ~screen();
  screen(const screen&) = delete;
  screen& operator=(const screen&) = delete;

  /// Shows the text from the upper left corner on, as much as there is room for.
  void show(std::string_view text) const;
  /// The next key, or nothing if none comes in that time. Ctrl-C is a key here.
  [[nodiscard]] std::optional<char> key(std::chrono::milliseconds limit) const;

private:
  screen();
  struct before;
  std::unique_ptr<before> before_;
};

/// The first lines and columns of a text. Columns are code points, which UTF-8 is not cut within.
[[nodiscard]] std::string fitted(std::string_view text, std::size_t lines, std::size_t columns);

} // namespace troupe::tools::inspect
