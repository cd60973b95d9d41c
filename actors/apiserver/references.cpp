#include "actors/apiserver/references.hpp"
#include "actors/mirror/node_graph.hpp"
#include <algorithm>

namespace troupe::actors::apiserver {

const std::vector<api::group_resource>& reference_view::types() {
  static const std::vector<api::group_resource> all{{"", "pods"}, {"", "persistentvolumes"}};
  return all;
}

bool reference_view::takes(const api::group_resource& type) {
  return std::ranges::find(types(), type) != types().end();
}

void reference_view::apply(const mirror::update& update) {
  mirror::apply(graph, update);
  known.insert(update.type);
}

} // namespace troupe::actors::apiserver
