#include "policies/validation/cron_schedule.hpp"
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <vector>

namespace troupe::policies::validation {

namespace {

using error = std::optional<std::string>;
constexpr std::array<std::string_view, 12> months{"jan", "feb", "mar", "apr", "may", "jun",
                                                  "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> days{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

struct bounds {
  int first, last;
  int names; ///< 0: none, 1: months, 2: days
};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

error read_number(std::string_view text, int& number) {
  auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || end != text.data() + text.size() || text.empty())
    return fmt::format("failed to parse int from {0}: strconv.Atoi: parsing \"{0}\": invalid syntax", text);
  if (number < 0) return fmt::format("negative number ({}) not allowed: {}", number, text);
  return {};
}

error read_value(std::string_view text, const bounds& range, int& number) {
  auto name = lower(text);
  if (range.names == 1)
    for (std::size_t i = 0; i < months.size(); ++i)
      if (months[i] == name) return number = static_cast<int>(i) + 1, error{};
  if (range.names == 2)
    for (std::size_t i = 0; i < days.size(); ++i)
      if (days[i] == name) return number = static_cast<int>(i), error{};
  return read_number(text, number);
}

/// `*`, `5`, `1-5`, `*/10`, `1-30/5`.
error check_range(std::string_view text, const bounds& range) {
  auto slash = text.find('/');
  auto span = text.substr(0, slash);
  if (slash != std::string_view::npos && text.find('/', slash + 1) != std::string_view::npos)
    return fmt::format("too many slashes: {}", text);
  int first = range.first, last = range.last, step = 1;
  if (span != "*" && span != "?") {
    auto dash = span.find('-');
    if (auto wrong = read_value(span.substr(0, dash), range, first)) return wrong;
    last = first;
    if (dash != std::string_view::npos) {
      if (span.find('-', dash + 1) != std::string_view::npos) return fmt::format("too many hyphens: {}", text);
      if (auto wrong = read_value(span.substr(dash + 1), range, last)) return wrong;
    } else if (slash != std::string_view::npos) {
      last = range.last;
    }
  }
  if (slash != std::string_view::npos)
    if (auto wrong = read_number(text.substr(slash + 1), step)) return wrong;
  if (first < range.first)
    return fmt::format("beginning of range ({}) below minimum ({}): {}", first, range.first, text);
  if (last > range.last) return fmt::format("end of range ({}) above maximum ({}): {}", last, range.last, text);
  if (first > last) return fmt::format("beginning of range ({}) beyond end of range ({}): {}", first, last, text);
  if (step == 0) return fmt::format("step of range should be a positive number: {}", text);
  return {};
}

error check_field(std::string_view text, const bounds& range) {
  while (!text.empty()) {
    auto comma = text.find(',');
    if (auto part = text.substr(0, comma); !part.empty())
      if (auto wrong = check_range(part, range)) return wrong;
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  }
  return {};
}

/// Go's duration: numbers with units, as "1h30m".
bool is_duration(std::string_view text) {
  if (text == "0") return true;
  bool any = false;
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  while (!text.empty()) {
    auto digits = std::min(text.find_first_not_of("0123456789."), text.size());
    if (digits == 0 || digits == text.size()) return false;
    text.remove_prefix(digits);
    bool unit = false;
    for (std::string_view name : {"ns", "us", "ms", "h", "m", "s"})
      if (!unit && text.starts_with(name)) {
        text.remove_prefix(name.size());
        unit = true;
      }
    if (!unit) return false;
    any = true;
  }
  return any;
}

error check_descriptor(std::string_view text) {
  for (auto known : {"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"})
    if (text == known) return {};
  constexpr std::string_view every = "@every ";
  if (!text.starts_with(every)) return fmt::format("unrecognized descriptor: {}", text);
  if (!is_duration(text.substr(every.size())))
    return fmt::format("failed to parse duration {}: time: invalid duration \"{}\"", text, text.substr(every.size()));
  return {};
}

} // namespace

std::optional<std::string> schedule_error(std::string_view schedule) {
  if (schedule.starts_with("TZ=") || schedule.starts_with("CRON_TZ=")) {
    auto blank = schedule.find(' ');
    if (blank == std::string_view::npos) return fmt::format("provided bad location {}: unknown time zone", schedule);
    schedule.remove_prefix(blank + 1);
    while (schedule.starts_with(' '))
      schedule.remove_prefix(1);
  }
  if (schedule.starts_with('@')) return check_descriptor(schedule);
  std::vector<std::string_view> fields;
  for (auto rest = schedule; !rest.empty();) {
    auto start = std::min(rest.find_first_not_of(" \t"), rest.size());
    rest.remove_prefix(start);
    auto end = std::min(rest.find_first_of(" \t"), rest.size());
    if (end > 0) fields.push_back(rest.substr(0, end));
    rest.remove_prefix(end);
  }
  constexpr std::array<bounds, 5> ranges{{{0, 59, 0}, {0, 23, 0}, {1, 31, 0}, {1, 12, 1}, {0, 6, 2}}};
  if (fields.size() != ranges.size())
    return fmt::format("expected exactly {} fields, found {}: [{}]", ranges.size(), fields.size(),
                       fmt::join(fields, " "));
  for (std::size_t i = 0; i < ranges.size(); ++i)
    if (auto wrong = check_field(fields[i], ranges[i])) return wrong;
  return {};
}

} // namespace troupe::policies::validation
