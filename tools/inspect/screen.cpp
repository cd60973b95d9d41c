#include "tools/inspect/screen.hpp"
#include <cstdio>
#include <fmt/format.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

namespace troupe::tools::inspect {

struct screen::before {
  termios settings{};
};

screen::screen() : before_(std::make_unique<before>()) {
  tcgetattr(STDIN_FILENO, &before_->settings);
  auto raw = before_->settings;
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ISIG);
  tcsetattr(STDIN_FILENO, TCSANOW, &raw);
  fmt::print("\033[?1049h\033[?25l"); // The other screen, without a cursor.
}

screen::~screen() {
  fmt::print("\033[?25h\033[?1049l");
  std::fflush(stdout);
  tcsetattr(STDIN_FILENO, TCSANOW, &before_->settings);
}

std::unique_ptr<screen> screen::open() {
  if (isatty(STDIN_FILENO) == 0 || isatty(STDOUT_FILENO) == 0) return nullptr;
  return std::unique_ptr<screen>(new screen());
}

void screen::show(std::string_view text) const {
  winsize size{};
  bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0;
  constexpr std::size_t usual_lines = 24, usual_columns = 80;
  fmt::print("\033[H\033[2J{}", fitted(text, known ? size.ws_row : usual_lines, known ? size.ws_col : usual_columns));
  std::fflush(stdout);
}

std::optional<char> screen::key(std::chrono::milliseconds limit) const {
  pollfd in{STDIN_FILENO, POLLIN, 0};
  char c = 0;
  if (poll(&in, 1, static_cast<int>(limit.count())) <= 0 || read(STDIN_FILENO, &c, 1) != 1) return std::nullopt;
  return c;
}

std::string fitted(std::string_view text, std::size_t lines, std::size_t columns) {
  std::string out;
  std::size_t line = 0, column = 0;
  for (char c : text) {
    if (c == '\n') {
      if (++line == lines) return out;
      column = 0;
    } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
      ++column;
    }
    if (column <= columns) out += c;
  }
  return out;
}

} // namespace troupe::tools::inspect
