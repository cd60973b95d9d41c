#pragma once
#include "policies/api/object.hpp"
#include <set>
#include <string>

namespace troupe::policies::node {

/// Objects in the pod's namespace that its kubelet needs.
struct object_references {
  std::set<std::string> config_maps, secrets;
};

/// Those named by volumes, env, envFrom and imagePullSecrets, optional ones too.
[[nodiscard]] object_references references_of(const api::object& pod);

} // namespace troupe::policies::node
