#pragma once
#include "actors/base/message.hpp"
#include "policies/cluster/node_record.hpp"
#include <caf/atom.hpp>
#include <vector>

namespace troupe::actors {

/// All nodes of the cluster, as the records in the store say.
using roster = std::vector<policies::cluster::node_record>;
/// Tags them: `(roster_atom, shared<roster>)`.
using roster_atom = caf::atom_constant<caf::atom("roster")>;

} // namespace troupe::actors

namespace troupe::policies::cluster {

template <class Inspector> typename Inspector::result_type inspect(Inspector& f, node_record& x) {
  return f(caf::meta::type_name("node_record"), x.id, x.name, x.control_plane, x.worker, x.address, x.link_port,
           x.api_port, x.pod_cidr, x.version, x.joined, x.removed);
}

} // namespace troupe::policies::cluster
