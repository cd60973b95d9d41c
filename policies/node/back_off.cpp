#include "policies/node/back_off.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::policies::node {

void back_off::next(api::time_point now, api::time_point since) {
  bool fresh = delay == api::duration{} || since - updated > 2 * limit;
  delay = fresh ? initial : std::min(delay * 2, limit);
  updated = now;
}

api::time_point back_off::due(api::time_point since) const {
  if (delay == api::duration{} || since - updated > 2 * limit) return since;
  return since + delay;
}

namespace {

/// `value` thousandths of a unit without zeros at the end: 1500 → "1.5".
std::string fraction(std::int64_t value, std::int64_t unit) {
  auto text = fmt::format("{}", value / unit);
  auto rest = value % unit;
  if (rest == 0) return text;
  auto digits = fmt::format("{}", unit + rest).substr(1);
  digits.erase(digits.find_last_not_of('0') + 1);
  return text + "." + digits;
}

} // namespace

std::string go_duration(api::duration d) {
  auto us = d.count();
  std::string sign;
  if (us < 0) {
    sign = "-";
    us = -us;
  }
  if (us == 0) return "0s";
  if (us < 1000) return fmt::format("{}{}µs", sign, us);
  if (us < 1'000'000) return sign + fraction(us, 1000) + "ms";
  auto minutes = us / 60'000'000;
  auto seconds = fraction(us % 60'000'000, 1'000'000) + "s";
  if (minutes == 0) return sign + seconds;
  if (minutes < 60) return fmt::format("{}{}m{}", sign, minutes, seconds);
  return fmt::format("{}{}h{}m{}", sign, minutes / 60, minutes % 60, seconds);
}

} // namespace troupe::policies::node
