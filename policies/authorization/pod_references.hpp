#pragma once
#include "policies/api/object.hpp"
#include <functional>
#include <string_view>

/// Which objects of its namespace a pod makes its node read: what kubelets mount, pass on as variables or pull images
/// with. The same fields as in Kubernetes' pod utilities, ephemeral containers included.
namespace troupe::policies::authorization {

/// Gets one name; the same name may come several times. The view lives as long as the object.
using on_name = std::function<void(std::string_view name)>;

void visit_secrets(const api::json::object& pod, const on_name& visit);
void visit_config_maps(const api::json::object& pod, const on_name& visit);
/// Claims that are named and those that are made for ephemeral volumes; the view of the latter lives for the call only.
void visit_claims(const api::json::object& pod, const on_name& visit);

/// Secrets that a node needs to mount a PersistentVolume; those without a namespace are in that of its claim.
void visit_volume_secrets(const api::json::object& volume,
                          const std::function<void(std::string_view ns, std::string_view name)>& visit);

/// Whether a kubelet made it to show a static pod: nodes get no rights by it.
[[nodiscard]] bool is_mirror_pod(const api::json::object& pod);

} // namespace troupe::policies::authorization
