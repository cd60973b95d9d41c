#pragma once
#include "policies/scheduling/framework.hpp"

namespace troupe::policies::scheduling::image_locality {

/// Prefers nodes that have the images of the pod, by size, scaled by how many nodes have them so that a pod does not
/// stick to the only node with its image.
[[nodiscard]] plugin make();

/// Score of `bytes` of images that are there for a pod of so many containers: 0 up to 23 MB, `score_max` from 1000 MB
/// per container.
[[nodiscard]] std::int64_t score_of(std::int64_t bytes, std::size_t containers) noexcept;

} // namespace troupe::policies::scheduling::image_locality
