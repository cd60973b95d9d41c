#include "policies/api/time.hpp"
#include <charconv>
#include <fmt/format.h>

namespace troupe::api {

namespace {

struct civil { int year, month, day, hour, minute, second, micro; };

civil split(time_point t) {
  using namespace std::chrono;
  auto day_start = floor<days>(t);
  year_month_day date{day_start};
  hh_mm_ss clock{t - day_start};
  return {int(date.year()), int(unsigned(date.month())), int(unsigned(date.day())), int(clock.hours().count()),
          int(clock.minutes().count()), int(clock.seconds().count()), int(clock.subseconds().count())};
}

/// Reads exactly `width` digits at `at` and moves on.
bool digits(std::string_view text, std::size_t& at, std::size_t width, int& out) {
  if (at + width > text.size()) return false;
  auto* first = text.data() + at;
  auto [end, error] = std::from_chars(first, first + width, out);
  if (error != std::errc{} || end != first + width || *first == '-') return false;
  at += width;
  return true;
}

bool literal(std::string_view text, std::size_t& at, char c) { return at < text.size() && text[at] == c && ++at; }

bool fraction(std::string_view text, std::size_t& at, int& micro) {
  micro = 0;
  if (at >= text.size() || text[at] != '.') return true;
  std::size_t first = ++at;
  int scale = 100000;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, scale /= 10) micro += (text[at] - '0') * scale;
  return at > first;
}

bool offset(std::string_view text, std::size_t& at, std::chrono::minutes& out) {
  if (literal(text, at, 'Z') || literal(text, at, 'z')) return true;
  int sign = literal(text, at, '+') ? 1 : literal(text, at, '-') ? -1 : 0, hours = 0, minutes = 0;
  if (sign == 0 || !digits(text, at, 2, hours) || !literal(text, at, ':') || !digits(text, at, 2, minutes))
    return false;
  out = std::chrono::minutes(sign * (hours * 60 + minutes));
  return hours < 24 && minutes < 60;
}

} // namespace

std::string format_time(time_point t) {
  auto c = split(t);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", c.year, c.month, c.day, c.hour, c.minute, c.second);
}

std::string format_micro_time(time_point t) {
  auto c = split(t);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", c.year, c.month, c.day, c.hour, c.minute, c.second,
                     c.micro);
}

std::optional<time_point> parse_time(std::string_view text) noexcept {
  using namespace std::chrono;
  civil c{};
  std::size_t at = 0;
  minutes zone{0};
  bool well_formed = digits(text, at, 4, c.year) && literal(text, at, '-') && digits(text, at, 2, c.month) &&
                     literal(text, at, '-') && digits(text, at, 2, c.day) &&
                     (literal(text, at, 'T') || literal(text, at, 't')) && digits(text, at, 2, c.hour) &&
                     literal(text, at, ':') && digits(text, at, 2, c.minute) && literal(text, at, ':') &&
                     digits(text, at, 2, c.second) && fraction(text, at, c.micro) && offset(text, at, zone) &&
                     at == text.size();
  year_month_day date{year(c.year), month(unsigned(c.month)), day(unsigned(c.day))};
  if (!well_formed || !date.ok() || c.hour > 23 || c.minute > 59 || c.second > 59) return std::nullopt;
  return time_point(sys_days(date) + hours(c.hour) + minutes(c.minute) - zone + seconds(c.second) +
                    microseconds(c.micro));
}

std::string human_duration(duration d) {
  using namespace std::chrono;
  auto s = duration_cast<seconds>(d).count();
  if (s < -1) return "<invalid>";
  if (s < 0) return "0s";
  auto pair = [](long long a, char x, long long b, char y) {
    return b == 0 ? fmt::format("{}{}", a, x) : fmt::format("{}{}{}{}", a, x, b, y);
  };
  if (s < 120) return fmt::format("{}s", s);
  auto m = s / 60, h = m / 60, days_ = h / 24, years_ = days_ / 365;
  if (m < 10) return pair(m, 'm', s % 60, 's');
  if (m < 180) return fmt::format("{}m", m);
  if (h < 8) return pair(h, 'h', m % 60, 'm');
  if (h < 48) return fmt::format("{}h", h);
  if (h < 192) return pair(days_, 'd', h % 24, 'h');
  if (h < 24 * 365 * 2) return fmt::format("{}d", days_);
  if (h < 24 * 365 * 8) return pair(years_, 'y', days_ % 365, 'd');
  return fmt::format("{}y", years_);
}

} // namespace troupe::api
