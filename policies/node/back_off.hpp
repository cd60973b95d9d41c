#pragma once
#include "policies/api/time.hpp"
#include <string>

namespace troupe::policies::node {

/// Growing pause between tries of one thing, as client-go's flowcontrol.Backoff with the kubelet's numbers: 10 s at
/// first, doubled at each try up to 300 s, and forgotten when nothing happened for 10 minutes.
struct back_off {
  api::duration delay{};      ///< zero: nothing was tried yet
  api::time_point updated{};  ///< the last try

  static constexpr api::duration initial = std::chrono::seconds(10);
  static constexpr api::duration limit = std::chrono::seconds(300);

  /// Notes a try at `now`; `since` is the end of the attempt before, which decides whether the past is forgotten.
  void next(api::time_point now, api::time_point since);
  /// When a new try is due after something failed at `since`; `since` itself where no pause is needed.
  [[nodiscard]] api::time_point due(api::time_point since) const;
  void reset() { *this = {}; }
};

/// A duration as Go prints it: "10s", "1m20s", "850ms", "1.234s"; nothing below a microsecond.
[[nodiscard]] std::string go_duration(api::duration d);

} // namespace troupe::policies::node
