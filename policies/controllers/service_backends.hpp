#pragma once
#include "policies/api/object.hpp"
#include "policies/api/object_table.hpp"
#include <string>
#include <vector>

namespace troupe::policies::controllers {

namespace json = boost::json;

/// One port of a service as one pod serves it.
struct backend_port {
  std::string name;
  std::int64_t port = 0;      ///< number at the pod
  std::string protocol;
  std::string app_protocol;   ///< empty where the service names none
  auto operator<=>(const backend_port&) const = default;
};

/// One pod behind a service.
struct backend {
  api::object_ptr pod;
  std::vector<backend_port> ports; ///< in the service's order; ports whose name the pod does not have are missing
  bool ready = false;              ///< the pod is ready, or the service publishes pods that are not
  bool serving = false;            ///< the pod is ready, going away or not
  bool terminating = false;
};

/// Whether controllers write endpoints for the service: it has a selector and is no ExternalName.
[[nodiscard]] bool has_backends(const api::object& service) noexcept;

/// The pods that a service selects, in order of name: those with an address that have not finished. Pods that are going
/// away are in only with `terminating::included` or where the service publishes pods that are not ready.
enum class terminating { excluded, included };
[[nodiscard]] std::vector<backend> service_backends(const api::object& service, const api::object_table& pods,
                                                    terminating pods_that_leave);

/// The pod's address, and all its addresses.
[[nodiscard]] std::string_view pod_ip(const api::object& pod) noexcept;
[[nodiscard]] std::vector<std::string_view> pod_ips(const api::object& pod);

/// The `targetRef` of an endpoint.
[[nodiscard]] json::object target_reference(const api::object& pod);

/// Number of a service port at a pod: the number itself, or that of the container port of that name and protocol;
/// 0 where the pod has none.
[[nodiscard]] std::int64_t port_at_pod(const json::value& service_port, const api::object& pod);

} // namespace troupe::policies::controllers
