#pragma once
#include "policies/api/object.hpp"
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe::policies::node {

/// User and password pairs that a Secret of type kubernetes.io/dockerconfigjson (or dockercfg) has for the registry of
/// an image; an image without a registry belongs to Docker Hub.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> pull_credentials(const api::object& secret,
                                                                                std::string_view image);

} // namespace troupe::policies::node
