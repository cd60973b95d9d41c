#include "actors/link/reachable.hpp"
#include <caf/actor_system.hpp>
#include <caf/binary_serializer.hpp>
#include <vector>

namespace troupe::actors::link {

namespace {
constexpr std::size_t ids_of_a_node_max = 16, wire_id_bytes = 32;
} // namespace

claimed_ids::claimed_ids(std::string own) : own_(std::move(own)) {}

bool claimed_ids::claim(std::string_view caf_node, std::uint64_t node) {
  if (caf_node == own_) return false;
  std::lock_guard guard(mutex_);
  if (auto found = owners_.find(caf_node); found != owners_.end()) return found->second == node;
  auto& known = history_[node];
  known.emplace_back(caf_node);
  owners_.emplace(caf_node, node);
  if (known.size() > ids_of_a_node_max) {
    owners_.erase(known.front());
    known.pop_front();
  }
  return true;
}

std::string wire_id(caf::actor_system& system) {
  std::vector<char> bytes;
  caf::binary_serializer sink(system, bytes);
  auto id = system.node();
  if (auto error = sink(id)) return {};
  bytes.resize(std::min(bytes.size(), wire_id_bytes));
  return {bytes.begin(), bytes.end()};
}

net::link::judge judge_for(const policies::cluster::node_identity& peer, std::shared_ptr<claimed_ids> claims,
                           std::shared_ptr<const reachable> ids) {
  using net::link::frame;
  using net::link::verdict;
  return [=](const frame& f) {
    if (f.what == frame::kind::handshake) return claims->claim(f.node, peer.id) ? verdict::pass : verdict::close;
    return peer.control_plane || ids->contains(f.to) ? verdict::pass : verdict::close;
  };
}

} // namespace troupe::actors::link
