#include "tools/bench/load_plan.hpp"
#include <algorithm>

namespace troupe::tools::bench {

std::vector<std::size_t> split(std::size_t total, std::size_t parts) {
  std::vector<std::size_t> out(std::min(std::max<std::size_t>(parts, 1), total));
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = total / out.size() + (i < total % out.size() ? 1 : 0);
  return out;
}

std::vector<thread_share> spread(std::size_t clients, std::size_t threads, wire how, std::size_t connections,
                                 std::size_t streams_max) {
  std::vector<thread_share> out;
  const auto shares = split(clients, threads);
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (how == wire::h1) {
      out.push_back({std::vector<std::size_t>(shares[i], 1)});
      continue;
    }
    const auto needed = (shares[i] + streams_max - 1) / streams_max;
    const auto wanted = connections / shares.size() + (i < connections % shares.size() ? 1 : 0);
    out.push_back({split(shares[i], std::max(needed, wanted))});
  }
  return out;
}

std::string_view name_of(api_mode mode) noexcept {
  switch (mode) {
  case api_mode::create:
    return "create";
  case api_mode::get:
    return "get";
  case api_mode::list:
    return "list";
  case api_mode::watch:
    return "watch";
  }
  return {};
}

std::optional<std::vector<api_mode>> parse_modes(std::string_view text) {
  std::vector<api_mode> out;
  for (auto mode : {api_mode::create, api_mode::get, api_mode::list, api_mode::watch})
    if (text == "all" || text == name_of(mode)) out.push_back(mode);
  if (out.empty()) return std::nullopt;
  return out;
}

std::string run_name(std::uint64_t clock_ms, std::uint64_t process) {
  // The multiplier spreads neighbouring processes over the whole range; 36^6 names repeat after weeks, not minutes.
  auto n = (clock_ms + process * 0x9E3779B97F4A7C15ULL) % 2'176'782'336ULL;
  std::string out(6, '0');
  for (auto i = out.size(); i-- > 0; n /= 36)
    out[i] = "0123456789abcdefghijklmnopqrstuvwxyz"[n % 36];
  return out;
}

} // namespace troupe::tools::bench
