#include "policies/schema/go_text.hpp"
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <fmt/format.h>

namespace troupe::policies::schema {

namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string escaped(std::string_view text, char quote) {
  std::string out;
  for (char c : text) {
    constexpr std::string_view from = "\a\b\f\n\r\t\v\\", to = "abfnrtv\\";
    if (c == quote) {
      out += '\\';
      out += c;
    } else if (auto which = from.find(c); which != from.npos) {
      out += '\\';
      out += to[which];
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out;
}

/// One element of a time layout as Go splits it.
struct element {
  std::string_view layout;
  int digits;    ///< 0 for literal text
  int low, high; ///< allowed values; the texts of the ranges below
  std::string_view range;
};

constexpr element elements[] = {
    {"2006", 4, 0, 9999, ""},   {"-", 0, 0, 0, ""}, {"01", 2, 1, 12, "month"},  {"-", 0, 0, 0, ""},
    {"02", 2, 1, 31, "day"},    {"T", 0, 0, 0, ""}, {"15", 2, 0, 23, "hour"},   {":", 0, 0, 0, ""},
    {"04", 2, 0, 59, "minute"}, {":", 0, 0, 0, ""}, {"05", 2, 0, 59, "second"},
};

int days_in(int year, int month) {
  constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : days[month - 1];
}

struct time_reader {
  std::string_view text, layout, rest;

  std::string cannot(std::string_view wanted) const {
    return fmt::format("parsing time {} as {}: cannot parse {} as {}", go_quote(text), go_quote(layout), go_quote(rest),
                       go_quote(wanted));
  }
  std::string out_of_range(std::string_view what) const {
    return fmt::format("parsing time {}: {} out of range", go_quote(text), what);
  }

  std::string fraction(bool micro) {
    constexpr std::string_view wanted = ".000000";
    std::size_t digits = 0;
    if (!rest.empty() && (rest[0] == '.' || rest[0] == ','))
      while (digits + 1 < rest.size() && is_digit(rest[digits + 1]))
        ++digits;
    if (micro && (digits < 6)) return cannot(wanted);
    if (micro) digits = 6;
    if (digits > 0) rest.remove_prefix(digits + 1);
    return {};
  }

  std::string zone() {
    constexpr std::string_view wanted = "Z07:00";
    if (!rest.empty() && rest[0] == 'Z') {
      rest.remove_prefix(1);
      return {};
    }
    auto digit = [&](std::size_t at) { return is_digit(rest[at]); };
    if (rest.size() < 6 || (rest[0] != '+' && rest[0] != '-') || !digit(1) || !digit(2) || rest[3] != ':' ||
        !digit(4) || !digit(5))
      return cannot(wanted);
    if ((rest[1] - '0') * 10 + (rest[2] - '0') > 24) return out_of_range("time zone offset hour");
    if ((rest[4] - '0') * 10 + (rest[5] - '0') > 60) return out_of_range("time zone offset minute");
    rest.remove_prefix(6);
    return {};
  }
};

} // namespace

std::string go_quote_byte(char c) {
  if (c == '\'') return R"('\'')";
  if (c == '"') return R"('"')";
  // Go shows a byte above 0x7f as the code point of the same number.
  auto byte = static_cast<unsigned char>(c);
  if (byte >= 0xa0 && byte != 0xad)
    return fmt::format("'{}{}'", static_cast<char>(0xc0 | byte >> 6), static_cast<char>(0x80 | (byte & 0x3f)));
  if (byte >= 0x80) return fmt::format("'\\u{:04x}'", byte);
  return "'" + escaped({&c, 1}, '\'') + "'";
}

std::string go_quote(std::string_view text) { return "\"" + escaped(text, '"') + "\""; }

std::string go_time_error(std::string_view text, bool micro) {
  time_reader read{text, micro ? "2006-01-02T15:04:05.000000Z07:00" : "2006-01-02T15:04:05Z07:00", text};
  int values[11] = {};
  std::string range;
  for (std::size_t i = 0; i < std::size(elements); ++i) {
    auto& e = elements[i];
    const auto width = e.digits ? static_cast<std::size_t>(e.digits) : e.layout.size();
    if (read.rest.size() < width) return read.cannot(e.layout);
    auto part = read.rest.substr(0, width);
    if (e.digits == 0 ? part != e.layout : !std::all_of(part.begin(), part.end(), is_digit))
      return read.cannot(e.layout);
    std::from_chars(part.data(), part.data() + width, values[i]);
    // Go checks each element as it goes, but the day only against the month, at the end.
    const bool day = e.range == "day";
    if (e.digits && !day && (values[i] < e.low || values[i] > e.high)) return read.out_of_range(e.range);
    read.rest.remove_prefix(width);
  }
  if (auto error = read.fraction(micro); !error.empty()) return error;
  if (auto error = read.zone(); !error.empty()) return error;
  if (!read.rest.empty()) return fmt::format("parsing time {}: extra text: {}", go_quote(text), go_quote(read.rest));
  if (values[4] < 1 || values[4] > days_in(values[0], values[2])) return read.out_of_range("day");
  return {};
}

std::string_view go_quantity_error(std::string_view text) noexcept {
  constexpr std::string_view format =
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
  constexpr std::string_view suffix = "unable to parse quantity's suffix";
  std::size_t at = 0;
  auto skip = [&](auto allowed) {
    while (at < text.size() && allowed(text[at]))
      ++at;
  };
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
  const auto number = at;
  skip(is_digit);
  if (at < text.size() && text[at] == '.') ++at, skip(is_digit);
  if (at == number) return format;
  skip([](char c) { return std::string_view("eEinumkKMGTP").find(c) != std::string_view::npos; });
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
  skip(is_digit);
  return at == text.size() ? suffix : format;
}

std::string summarize_body(std::string_view bytes) {
  constexpr std::size_t most = 30;
  if (bytes.empty()) return "<empty>";
  auto shown = bytes.substr(0, most);
  std::string out;
  if (bytes[0] == '{')
    out = shown;
  else
    for (unsigned char c : shown)
      out += fmt::format("{:02x}", c);
  return bytes.size() > most ? out + " ..." : out;
}

} // namespace troupe::policies::schema
