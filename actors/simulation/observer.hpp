#pragma once
#include "actors/simulation/host.hpp"
#include "actors/store/interface.hpp"

namespace troupe::actors::simulation {

/// What an observer tells about the store's member of one process.
struct observer_listener {
  std::function<void(const store::event_batch&)> changed; ///< of its watch of everything; each batch once
  std::function<void(const store::store_status&)> status;
  std::function<void(std::string)> violated;              ///< the member told what it must not
};

/// Watches everything at the member of the store of `where`, from revision `from` on, as long as the process lives, and
/// asks for its state ten times a second.
void observe(host& where, store::mvcc::revision from, std::shared_ptr<const observer_listener> listener);

} // namespace troupe::actors::simulation
