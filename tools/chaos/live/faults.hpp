#pragma once
#include "tools/chaos/live/layout.hpp"

namespace troupe::tools::chaos::live {

/// What the machine is able to do.
struct abilities {
  bool netem = false; ///< tc's queue that delays
};

/// What a fault is made of. Ways that are cut are in `rules_of`, which counts all faults of a moment.
struct measures {
  bool kills = false;      ///< the process ends now and is started at the end
  bool pauses = false;     ///< the process stands still until the end
  bool fills_disk = false; ///< the data directory's file system has no room until the end
  bool cuts = false;       ///< the rules at the bridge change
  std::vector<words> begin, end;
};

/// The error says why a fault is not possible here.
[[nodiscard]] tl::expected<measures, std::string> measures_of(const policies::chaos::fault& f, std::string_view id,
                                                              std::uint64_t hosts, abilities can);

/// The rules of nftables at the bridge for all faults that are under way, as a script that replaces those of before.
/// Address resolution passes, or a cut in one direction would soon be one in both.
[[nodiscard]] std::string rules_of(const std::vector<policies::chaos::fault>& active, std::uint64_t hosts);

} // namespace troupe::tools::chaos::live
