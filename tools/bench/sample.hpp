#pragma once
#include "tools/bench/api_client.hpp"
#include <string>
#include <string_view>

namespace troupe::tools::bench {

/// The image of the sample that the quickstart applies (tools/sample/web.yaml).
inline constexpr std::string_view sample_image = "docker.io/library/troupe-sample:1";

/// Creates the sample's Deployment of three replicas and its Service in the namespace "default".
[[nodiscard]] tl::expected<void, std::string> apply_sample(api_client& api);
/// Creates a pod that succeeds once the Service answers it by its DNS name.
[[nodiscard]] tl::expected<void, std::string> ask_by_name(api_client& api, const std::string& pod);
/// Waits until the Deployment has three ready replicas and the pod has succeeded; the error says what is missing.
[[nodiscard]] tl::expected<void, std::string> await_sample(api_client& api, const std::string& pod);

} // namespace troupe::tools::bench
