#include "policies/schema/scalar.hpp"
#include "policies/api/quantity.hpp"
#include "policies/api/time.hpp"
#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace troupe::policies::schema {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr auto reverse_alphabet = [] {
  std::array<signed char, 256> out{};
  out.fill(-1);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    out[static_cast<unsigned char>(alphabet[i])] = static_cast<signed char>(i);
  return out;
}();

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// "2026-11-22T16:02:28Z" needs no work.
bool is_plain_time(std::string_view t) {
  constexpr std::string_view form = "dddd-dd-ddTdd:dd:ddZ";
  if (t.size() != form.size()) return false;
  for (std::size_t i = 0; i < form.size(); ++i)
    if (form[i] == 'd' ? !is_digit(t[i]) : t[i] != form[i]) return false;
  return true;
}

} // namespace

std::string encode_base64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    const std::size_t have = std::min<std::size_t>(3, bytes.size() - i);
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8 | (k < have ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    for (std::size_t k = 0; k < 4; ++k)
      out += k <= have ? alphabet[group >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

std::optional<std::string> decode_base64(std::string_view text, std::size_t& error_at) {
  std::string out;
  out.reserve(text.size() / 4 * 3);
  std::uint32_t group = 0;
  int have = 0;
  std::size_t at = 0;
  auto next = [&] {
    while (at < text.size() && (text[at] == '\n' || text[at] == '\r'))
      ++at;
  };
  for (next(); at < text.size(); ++at, next()) {
    auto value = reverse_alphabet[static_cast<unsigned char>(text[at])];
    if (value < 0) break;
    group = group << 6 | static_cast<std::uint32_t>(value);
    if (++have < 4) continue;
    for (int shift = 16; shift >= 0; shift -= 8)
      out += static_cast<char>(group >> shift);
    group = 0;
    have = 0;
  }
  error_at = at;
  if (at == text.size()) return have == 0 ? std::optional(out) : std::nullopt;
  if (text[at] != '=' || have < 2) return std::nullopt;
  for (int pad = have; pad < 4; ++pad) {
    if (at == text.size() || text[at] != '=') return error_at = at, std::nullopt;
    ++at;
    next();
  }
  if (at != text.size()) return error_at = at, std::nullopt;
  group <<= 6 * (4 - have);
  for (int k = 0; k < have - 1; ++k)
    out += static_cast<char>(group >> (16 - 8 * k));
  return out;
}

std::optional<std::string> normal_time(std::string_view text, bool micro) {
  auto parsed = api::parse_time(text);
  if (!parsed) return std::nullopt;
  if (!micro && is_plain_time(text)) return std::string(text);
  return micro ? api::format_micro_time(*parsed) : api::format_time(*parsed);
}

std::string time_from_unix(std::int64_t seconds, std::int32_t nanos, bool micro) {
  // Years 0001 to 9999, which is what the text form holds.
  seconds = std::clamp<std::int64_t>(seconds, -62135596800, 253402300799);
  nanos = std::clamp(nanos, 0, 999'999'999);
  api::time_point t{std::chrono::seconds(seconds) + std::chrono::microseconds(nanos / 1000)};
  return micro ? api::format_micro_time(t) : api::format_time(t);
}

std::optional<unix_time> time_to_unix(std::string_view text) {
  auto parsed = api::parse_time(text);
  if (!parsed) return std::nullopt;
  auto whole = std::chrono::floor<std::chrono::seconds>(*parsed);
  auto rest = std::chrono::duration_cast<std::chrono::nanoseconds>(*parsed - whole);
  return unix_time{whole.time_since_epoch().count(), static_cast<std::int32_t>(rest.count())};
}

std::optional<std::string> normal_quantity(std::string_view text) {
  auto parsed = api::quantity::parse(text);
  if (!parsed) return std::nullopt;
  return parsed->text();
}

std::optional<std::int64_t> parse_go_duration(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text == "0") return 0;
  if (text.empty()) return std::nullopt;
  struct unit {
    std::string_view name;
    double nanos;
  };
  constexpr unit units[] = {{"ns", 1},   {"us", 1e3}, {"µs", 1e3}, {"μs", 1e3},
                            {"ms", 1e6}, {"s", 1e9},  {"m", 6e10}, {"h", 3.6e12}};
  long double total = 0;
  while (!text.empty()) {
    double amount = 0;
    if (!is_digit(text[0]) && text[0] != '.') return std::nullopt;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), amount, std::chars_format::fixed);
    if (error != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    std::size_t length = 0;
    while (length < text.size() && text[length] != '.' && !is_digit(text[length]))
      ++length;
    const unit* found = nullptr;
    for (auto& u : units)
      if (u.name == text.substr(0, length)) found = &u;
    if (!found) return std::nullopt;
    total += static_cast<long double>(amount) * static_cast<long double>(found->nanos);
    text.remove_prefix(length);
  }
  if (total > static_cast<long double>(std::numeric_limits<std::int64_t>::max())) return std::nullopt;
  auto nanos = static_cast<std::int64_t>(std::llround(total));
  return negative ? -nanos : nanos;
}

std::string format_go_duration(std::int64_t nanoseconds) {
  if (nanoseconds == 0) return "0s";
  const bool negative = nanoseconds < 0;
  auto n = negative ? 0 - static_cast<std::uint64_t>(nanoseconds) : static_cast<std::uint64_t>(nanoseconds);
  auto fraction = [](std::uint64_t value, std::uint64_t unit) {
    auto text = fmt::format("{}.{:0{}}", value / unit, value % unit, fmt::formatted_size("{}", unit) - 1);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text;
  };
  std::string out;
  if (n < 1000)
    out = fmt::format("{}ns", n);
  else if (n < 1'000'000)
    out = fraction(n, 1000) + "µs";
  else if (n < 1'000'000'000)
    out = fraction(n, 1'000'000) + "ms";
  else {
    auto minutes = n / 60'000'000'000ull;
    out = fraction(n % 60'000'000'000ull, 1'000'000'000) + "s";
    if (minutes > 0) out = fmt::format("{}m", minutes % 60) + out;
    if (minutes >= 60) out = fmt::format("{}h", minutes / 60) + out;
  }
  return negative ? "-" + out : out;
}

} // namespace troupe::policies::schema
