#pragma once
#include "policies/cluster/identity.hpp"
#include "net/link/basp_filter.hpp"
#include <caf/fwd.hpp>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

namespace troupe::actors::link {

/// Binds the node ids that CAF peers claim to the nodes that their certificates name, so that no node gets another
/// one's mail. Thread safe.
class claimed_ids {
public:
  explicit claimed_ids(std::string own);
  /// False: it is this process's own id, or another node has claimed it.
  [[nodiscard]] bool claim(std::string_view caf_node, std::uint64_t node);

private:
  std::mutex mutex_;
  std::string own_;
  std::map<std::string, std::uint64_t, std::less<>> owners_;
  std::map<std::uint64_t, std::deque<std::string>> history_; ///< a process that restarts has a new id each time
};

/// The actors of this process that one peer may address. Thread safe: the links actor fills it, the endpoint's thread
/// asks it.
class reachable {
public:
  void allow(std::uint64_t actor) {
    std::lock_guard guard(mutex_);
    ids_.insert(actor);
  }
  [[nodiscard]] bool contains(std::uint64_t actor) const {
    std::lock_guard guard(mutex_);
    return ids_.contains(actor);
  }

private:
  mutable std::mutex mutex_;
  std::set<std::uint64_t> ids_;
};

/// The own node id as it goes over the wire.
[[nodiscard]] std::string wire_id(caf::actor_system& system);

/// Control-plane nodes may address every actor, workers only what was given to them.
[[nodiscard]] net::link::judge judge_for(const policies::cluster::node_identity& peer,
                                         std::shared_ptr<claimed_ids> claims, std::shared_ptr<const reachable> ids);

} // namespace troupe::actors::link
