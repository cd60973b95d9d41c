#pragma once
#include "actors/mirror/interface.hpp"
#include "policies/authorization/node_graph.hpp"

namespace troupe::actors::mirror {

/// Brings a graph of nodes up to an update of pods or persistentvolumes.
void apply(policies::authorization::node_graph& graph, const update& u);

} // namespace troupe::actors::mirror
