#pragma once
#include "actors/simulation/host.hpp"
#include "actors/watch_cache/interface.hpp"

namespace troupe::actors::simulation {

/// What a follower tells about its watch of a type.
struct follower_listener {
  std::function<void(std::int64_t revision)> listed; ///< a list gave the state at that revision; changes follow
  std::function<void(const watch_cache::cached_event&)> changed;
};

/// Watches a type at the API server's cache of `where`, as `kubectl get --watch` does: from `after` on, or behind a
/// list if that is 0 or too long ago. Ends with the process, or when the listener is gone.
void follow(host& where, const api::group_resource& type, std::int64_t after,
            const std::shared_ptr<const follower_listener>& listener);

} // namespace troupe::actors::simulation
