#include "policies/api/quantity.hpp"
#include <algorithm>
#include <charconv>
#include <limits>

namespace troupe::api {

namespace {

__extension__ typedef __int128 int128;

constexpr int128 nano_per_unit = 1'000'000'000;
constexpr int128 nano_per_milli = 1'000'000;
/// 10^28 units in nano: the sum of two such still fits.
constexpr int128 limit = int128(1'000'000'000'000'000'000) * 1'000'000'000'000'000'000 * 10;
/// Binary quantities stop at the largest int64, as in apimachinery.
constexpr int128 binary_limit = int128(std::numeric_limits<std::int64_t>::max()) * nano_per_unit;

struct parts {
  bool negative = false;
  std::string_view whole;    ///< digits before the point, leading zeros stripped
  std::string_view fraction; ///< digits behind the point
  std::string_view suffix;
};

std::size_t digits_end(std::string_view text, std::size_t from) {
  auto end = text.find_first_not_of("0123456789", from);
  return end == std::string_view::npos ? text.size() : end;
}

/// Cuts as apimachinery's parser does, which takes "+", "." and "1." too.
bool split(std::string_view text, parts& out) {
  if (text.empty()) return false;
  std::size_t at = 0;
  if (text[0] == '-' || text[0] == '+') out.negative = text[at++] == '-';
  while (at < text.size() && text[at] == '0') ++at;
  auto end = digits_end(text, at);
  out.whole = text.substr(at, end - at);
  at = end;
  if (at < text.size() && text[at] == '.') {
    end = digits_end(text, ++at);
    out.fraction = text.substr(at, end - at);
    at = end;
  }
  out.suffix = text.substr(at);
  auto letters = out.suffix.find_first_not_of("eEinumkKMGTP");
  if (letters == std::string_view::npos) return true;
  if (out.suffix[letters] == '-' || out.suffix[letters] == '+') ++letters;
  return digits_end(out.suffix, letters) == out.suffix.size();
}

constexpr std::string_view decimal_suffixes[] = {"n", "u", "m", "", "k", "M", "G", "T", "P", "E"};
constexpr std::string_view binary_suffixes[] = {"Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};

struct scale {
  quantity::format form;
  std::int64_t exponent; ///< of ten, or of two for binary
};

std::optional<scale> read_suffix(std::string_view suffix) {
  for (int i = 0; i < 10; ++i)
    if (suffix == decimal_suffixes[i]) return scale{quantity::format::decimal_si, 3 * (i - 3)};
  for (int i = 0; i < 6; ++i)
    if (suffix == binary_suffixes[i]) return scale{quantity::format::binary_si, 10 * (i + 1)};
  if (suffix.size() < 2 || (suffix[0] != 'e' && suffix[0] != 'E')) return std::nullopt;
  suffix.remove_prefix(suffix[1] == '+' ? 2 : 1);
  std::int64_t exponent = 0;
  auto [end, error] = std::from_chars(suffix.data(), suffix.data() + suffix.size(), exponent);
  if (suffix.empty() || error != std::errc{} || end != suffix.data() + suffix.size()) return std::nullopt;
  return scale{quantity::format::decimal_exponent, exponent};
}

/// Appends digits to `number`; those that no longer fit only move the exponent, or are remembered as "some more".
void append_digits(std::string_view text, bool whole, int128& number, std::int64_t& exponent, bool& rest) {
  for (char c : text) {
    if (number < limit / 10) {
      number = number * 10 + (c - '0');
      if (!whole) --exponent;
    } else {
      rest |= c != '0';
      if (whole) ++exponent;
    }
  }
}

int128 decimal_nano(const parts& p, std::int64_t exponent) {
  int128 number = 0;
  bool rest = false;
  std::int64_t shift = 0;
  append_digits(p.whole, true, number, shift, rest);
  append_digits(p.fraction, false, number, shift, rest);
  if (number == 0) return rest ? 1 : 0;
  // Beyond these the result is a constant; they also keep the sum from overflowing.
  shift += std::clamp<std::int64_t>(exponent, -1'000'000'000, 1'000'000'000) + 9;
  for (; shift > 0; --shift) {
    if (number > limit / 10) return limit;
    number *= 10;
  }
  for (; shift < 0 && number != 0; ++shift) {
    rest |= number % 10 != 0;
    number /= 10;
  }
  return std::min(number + (rest ? 1 : 0), limit);
}

int128 binary_nano(const parts& p, std::int64_t exponent) {
  int128 whole = 0, fraction = 0;
  bool rest = false;
  std::int64_t ignored = 0, places = 0;
  append_digits(p.whole, true, whole, ignored, rest);
  // Eighteen places times 2^60 still fit; what is behind them can only round up.
  append_digits(p.fraction.substr(0, 18), false, fraction, places, rest);
  for (; places > -18; --places) fraction *= 10;
  if (p.fraction.size() > 18) rest |= p.fraction.find_first_not_of('0', 18) != std::string_view::npos;
  if (ignored > 0 || whole > (binary_limit / nano_per_unit >> exponent)) return binary_limit;
  auto scaled = ((fraction + (rest ? 1 : 0)) << exponent);
  auto nano = (whole << exponent) * nano_per_unit + scaled / nano_per_unit + (scaled % nano_per_unit != 0 ? 1 : 0);
  return std::min(nano, binary_limit);
}

std::int64_t rounded_up(int128 nano, int128 unit) noexcept {
  auto whole = nano / unit;
  if (nano % unit != 0) whole += nano > 0 ? 1 : -1;
  constexpr int128 low = std::numeric_limits<std::int64_t>::min(), high = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::clamp(whole, low, high));
}

std::string digits_of(int128 value) {
  bool negative = value < 0;
  std::string out;
  for (auto rest = negative ? -value : value; rest != 0; rest /= 10) out += static_cast<char>('0' + int(rest % 10));
  if (out.empty()) out = "0";
  if (negative) out += '-';
  std::reverse(out.begin(), out.end());
  return out;
}

} // namespace

quantity quantity::from_units(std::int64_t units, format f) noexcept {
  quantity q;
  q.nano_ = wide(units) * nano_per_unit;
  q.format_ = f;
  return q;
}

quantity quantity::from_milli(std::int64_t milli, format f) noexcept {
  quantity q;
  q.nano_ = wide(milli) * nano_per_milli;
  q.format_ = f;
  return q;
}

std::optional<quantity> quantity::parse(std::string_view text) noexcept {
  parts p;
  if (!split(text, p)) return std::nullopt;
  auto suffix = read_suffix(p.suffix);
  if (!suffix) return std::nullopt;
  quantity q;
  q.format_ = suffix->form;
  q.nano_ = suffix->form == format::binary_si ? binary_nano(p, suffix->exponent) : decimal_nano(p, suffix->exponent);
  if (q.format_ == format::binary_si && q.nano_ > 0 && q.nano_ < nano_per_unit) q.format_ = format::decimal_si;
  if (p.negative) q.nano_ = -q.nano_;
  return q;
}

std::int64_t quantity::value() const noexcept { return rounded_up(nano_, nano_per_unit); }
std::int64_t quantity::milli() const noexcept { return rounded_up(nano_, nano_per_milli); }

std::string quantity::text() const {
  if (nano_ == 0) return "0";
  constexpr wide kibi = 1024 * nano_per_unit;
  if (format_ == format::binary_si && (nano_ >= kibi || nano_ <= -kibi) && nano_ % nano_per_unit == 0) {
    auto units = nano_ / nano_per_unit;
    int step = 0;
    for (; units % 1024 == 0 && step < 6; ++step) units /= 1024;
    return digits_of(units) + std::string(step == 0 ? "" : binary_suffixes[step - 1]);
  }
  auto number = nano_;
  int step = 0;
  bool exponential = format_ == format::decimal_exponent;
  while (number % 1000 == 0 && (exponential || step < 9)) {
    number /= 1000;
    ++step;
  }
  auto exponent = 3 * (step - 3);
  if (exponential) return digits_of(number) + (exponent == 0 ? "" : "e" + std::to_string(exponent));
  return digits_of(number) + std::string(decimal_suffixes[step]);
}

// The sum of a zero and a quantity looks like the quantity; otherwise the left side's format stays.
quantity& quantity::operator+=(const quantity& o) noexcept {
  if (nano_ == 0) format_ = o.format_;
  nano_ = std::clamp(nano_ + o.nano_, -limit, limit);
  return *this;
}

quantity& quantity::operator-=(const quantity& o) noexcept {
  if (nano_ == 0) format_ = o.format_;
  nano_ = std::clamp(nano_ - o.nano_, -limit, limit);
  return *this;
}

} // namespace troupe::api
