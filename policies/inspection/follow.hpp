#pragma once
#include "policies/api/json.hpp"
#include "policies/api/time.hpp"
#include <string>
#include <vector>

namespace troupe::policies::inspection {

/// A station on the way of an object through the cluster.
struct station {
  api::time_point at;
  std::string object; ///< "pod/web-1"
  std::string who;    ///< the component, as far as it is known
  std::string what;
  bool coarse = false; ///< known to the second only
  bool operator==(const station&) const = default;
};

/// What the objects and the events about them tell, oldest first: written, changed (by managed fields), conditions
/// reached, bound, containers started, and what components have reported.
[[nodiscard]] std::vector<station> follow(const std::vector<api::json::object>& objects,
                                          const std::vector<api::json::object>& events);

[[nodiscard]] api::json::object document(const station& s);
/// TIME, AFTER (since the station before), OBJECT, WHO, WHAT
[[nodiscard]] std::vector<std::vector<std::string>> follow_table(const std::vector<station>& all);

} // namespace troupe::policies::inspection
