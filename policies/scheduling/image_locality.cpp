#include "policies/scheduling/image_locality.hpp"
#include <algorithm>

namespace troupe::policies::scheduling::image_locality {

namespace {

constexpr std::int64_t mb = 1024 * 1024;
constexpr std::int64_t threshold_min = 23 * mb;
constexpr std::int64_t threshold_max_per_container = 1000 * mb;

} // namespace

std::int64_t score_of(std::int64_t bytes, std::size_t containers) noexcept {
  auto most = threshold_max_per_container * static_cast<std::int64_t>(containers);
  if (most <= threshold_min) return 0;
  bytes = std::clamp(bytes, threshold_min, most);
  return score_max * (bytes - threshold_min) / (most - threshold_min);
}

plugin make() {
  plugin p;
  p.name = "ImageLocality";
  // The number of nodes with an image is asked once per pod; an image that no node has needs no look at nodes.
  p.pre_score = [](cycle& c) {
    c.image_nodes.clear();
    bool any = false;
    for (auto& image : c.pod.images) {
      c.image_nodes.push_back(static_cast<std::int64_t>(c.all.nodes_with_image(image)));
      any |= c.image_nodes.back() != 0;
    }
    return status(any ? code::success : code::skip);
  };
  p.score = [](const cycle& c, const node_info& node) {
    std::int64_t sum = 0;
    auto nodes = static_cast<double>(std::max<std::size_t>(1, c.all.size()));
    for (std::size_t i = 0; i < c.pod.images.size(); ++i) {
      if (c.image_nodes[i] == 0) continue;
      auto found = node.images().find(c.pod.images[i]);
      if (found == node.images().end()) continue;
      auto share = static_cast<double>(c.image_nodes[i]) / nodes;
      sum += static_cast<std::int64_t>(static_cast<double>(found->second) * share);
    }
    return score_of(sum, c.pod.images.size());
  };
  return p;
}

} // namespace troupe::policies::scheduling::image_locality
