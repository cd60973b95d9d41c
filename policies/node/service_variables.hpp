#pragma once
#include "policies/api/object.hpp"
#include <string>
#include <utility>
#include <vector>

namespace troupe::policies::node {

/// Environment variables about services: WEB_SERVICE_HOST, WEB_SERVICE_PORT, WEB_SERVICE_PORT_HTTP and the links
/// WEB_PORT, WEB_PORT_80_TCP, _PROTO, _PORT, _ADDR. Headless and unassigned services give none. With `links` false only
/// default/kubernetes counts (enableServiceLinks). Order: by service name.
[[nodiscard]] std::vector<std::pair<std::string, std::string>>
service_variables(const std::vector<api::object_ptr>& services, std::string_view ns, bool links);

} // namespace troupe::policies::node
