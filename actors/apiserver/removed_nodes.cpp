#include "actors/apiserver/removed_nodes.hpp"
#include "policies/cluster/identity.hpp"
#include <algorithm>

namespace troupe::actors::apiserver {

void removed_nodes::set(std::vector<std::uint64_t> ids) {
  std::sort(ids.begin(), ids.end());
  ids_.store(std::make_shared<const std::vector<std::uint64_t>>(std::move(ids)));
}

bool removed_nodes::has(std::uint64_t id) const {
  auto ids = ids_.load();
  return ids && std::binary_search(ids->begin(), ids->end(), id);
}

bool removed_nodes::has(const net::tls::identity& certificate) const {
  auto ids = ids_.load();
  if (!ids || ids->empty()) return false;
  auto node =
    policies::cluster::identity_of({certificate.common_name, certificate.organizations, certificate.dns_names});
  return node && std::binary_search(ids->begin(), ids->end(), node->id);
}

} // namespace troupe::actors::apiserver
