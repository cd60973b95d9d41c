#pragma once
#include "policies/api/time.hpp"
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// When an image is pulled, and how Kubernetes words what comes of it (kubelet `images` package).
namespace troupe::policies::node {

/// Why a container cannot get its image: the waiting reason and message of its status, and the event.
struct image_problem {
  std::string reason, message;
  std::string event_reason, event_message;
};

enum class image_step : std::uint8_t { use, pull, never };
/// By imagePullPolicy (empty counts as IfNotPresent, or Always for a name with the tag latest or none).
[[nodiscard]] image_step image_step_for(std::string_view policy, std::string_view image, bool present);

/// The complaint about a name that is not an image reference; empty if it is one.
[[nodiscard]] std::optional<image_problem> image_name_problem(std::string_view image);
[[nodiscard]] image_problem image_never_pull(std::string_view image);
/// `error` is the runtime's text.
[[nodiscard]] image_problem image_pull_failed(std::string_view image, std::string_view error);
/// While the pause between pulls lasts; `error` is the runtime's text of the last pull.
[[nodiscard]] image_problem image_pull_back_off(std::string_view image, std::string_view error);

[[nodiscard]] std::string pulling_text(std::string_view image);
/// `waited` is from the request to the end, `pulled` without the time in the queue.
[[nodiscard]] std::string pulled_text(std::string_view image, api::duration pulled, api::duration waited,
                                      std::uint64_t size_bytes);
[[nodiscard]] std::string present_text(std::string_view image);

} // namespace troupe::policies::node
