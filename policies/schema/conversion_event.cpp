#include "policies/schema/conversion.hpp"
#include "policies/schema/decode.hpp"
#include "policies/schema/registry.hpp"

namespace troupe::policies::schema {

namespace {

struct renamed {
  std::string_view core, events;
};

/// The members that differ; all others have the same name and form in both versions.
constexpr renamed names[] = {
    {"involvedObject", "regarding"},
    {"message", "note"},
    {"reportingComponent", "reportingController"},
    {"source", "deprecatedSource"},
    {"firstTimestamp", "deprecatedFirstTimestamp"},
    {"lastTimestamp", "deprecatedLastTimestamp"},
    {"count", "deprecatedCount"},
};

json::object rename(json::object from, std::string_view api_version, std::string_view group,
                    std::string_view renamed::*before, std::string_view renamed::*after) {
  for (auto& name : names)
    if (auto* value = from.if_contains(name.*before)) {
      auto moved = std::move(*value);
      from.erase(name.*before);
      from[name.*after] = std::move(moved);
    }
  from["apiVersion"] = api_version;
  auto* type = registry::builtin().type({std::string(group), "v1", "Event"});
  return type ? to_wire(from, *type) : from;
}

} // namespace

json::object event_to_core(json::object served) {
  return rename(std::move(served), "v1", "", &renamed::events, &renamed::core);
}

json::object event_from_core(json::object stored) {
  return rename(std::move(stored), "events.k8s.io/v1", "events.k8s.io", &renamed::core, &renamed::events);
}

} // namespace troupe::policies::schema
