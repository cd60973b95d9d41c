#pragma once
#include "policies/node/downward.hpp"
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace troupe::policies::node {

/// The objects that a pod refers to, as far as the kubelet has them.
struct object_source {
  std::function<api::object_ptr(std::string_view name)> config_map; ///< in the pod's namespace; null: there is none
  std::function<api::object_ptr(std::string_view name)> secret;
  std::vector<api::object_ptr> services; ///< of the pod's namespace, and default/kubernetes
};

struct container_environment {
  std::vector<std::pair<std::string, std::string>> variables; ///< in order, each name once
  /// Texts of InvalidEnvironmentVariableNames events.
  std::vector<std::string> complaints;
};

/// The variables of a container: services, then envFrom, then env, with references resolved and $(NAME) expanded. The
/// error is the message of CreateContainerConfigError: `configmap "x" not found`,
/// `couldn't find key k in ConfigMap ns/x`.
[[nodiscard]] or_text<container_environment> environment_of(const api::object& pod, const api::json::object& container,
                                                            const object_source& source, const pod_facts& facts);

/// Bytes of a member of a secret's base64 `data`; empty if the text is not base64.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

} // namespace troupe::policies::node
