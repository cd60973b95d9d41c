#pragma once
#include "policies/api/object.hpp"
#include <string>
#include <string_view>

namespace troupe::policies::node {

/// What an event is about: core/v1 ObjectReference.
struct object_reference {
  std::string api_version, kind, ns, name, uid, resource_version;
  std::string field_path; ///< "spec.containers{web}" for an event about one container
};

/// Reference to a whole object, or to the part of it at `field_path`.
[[nodiscard]] object_reference reference_to(const api::object& object, std::string_view field_path = {});

/// One thing worth telling a user, before equal ones are folded into one core/v1 Event.
struct event {
  object_reference about;
  bool warning = false;       ///< type Warning instead of Normal
  std::string reason;         ///< "Pulled", "FailedScheduling", …
  std::string message;
  std::string component;      ///< "kubelet", "default-scheduler", "deployment-controller", …
  std::string host;           ///< node name of a kubelet; empty for others
};

} // namespace troupe::policies::node
