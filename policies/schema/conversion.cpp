#include "policies/schema/conversion.hpp"

namespace troupe::policies::schema {

const conversion* find_conversion(const api::group_version_kind& served) noexcept {
  static constexpr conversion event{event_to_core, event_from_core};
  static constexpr conversion autoscaler{autoscaler_to_v2, autoscaler_from_v2};
  if (served.group == "events.k8s.io" && served.kind == "Event") return &event;
  if (served.group == "autoscaling" && served.version == "v1" && served.kind == "HorizontalPodAutoscaler")
    return &autoscaler;
  return nullptr;
}

} // namespace troupe::policies::schema
