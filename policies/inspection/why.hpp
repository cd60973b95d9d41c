#pragma once
#include "policies/api/json.hpp"
#include <string>
#include <vector>

namespace troupe::policies::inspection {

/// An object with what is needed to tell what holds it up.
struct evidence {
  api::json::object object;
  std::vector<api::json::object> events;   ///< about it
  std::vector<api::json::object> children; ///< whose owner it is, or what is left in a Namespace
  std::vector<evidence> below;             ///< the same for the children that count
  api::json::object node;                  ///< of a pod that is bound; empty if it is not or the node is gone
};

/// One thing that an object waits for.
struct reason {
  std::string object; ///< "pod/web-1": who says it
  std::string code;   ///< a component's own word: "Unschedulable", "ImagePullBackOff", "Finalizer"
  std::string text;   ///< a sentence, the component's own where there is one
  bool operator==(const reason&) const = default;
};

/// What blocks the object, the nearest cause last: first what itself says, then what those below it say. Empty if
/// nothing does. Components' own words: conditions, states of containers, finalizers, warnings among the events.
[[nodiscard]] std::vector<reason> why(const evidence& e);

/// "pod/web-1", "deployment/web"
[[nodiscard]] std::string name_of(const api::json::object& object);
/// True for an object that is as it is wished: nobody needs to ask what blocks it.
[[nodiscard]] bool settled(const api::json::object& object);

} // namespace troupe::policies::inspection
