#pragma once
#include "actors/apiserver/http.hpp"
#include "actors/directory/interface.hpp"
#include "actors/watch_cache/interface.hpp"
#include <caf/fwd.hpp>

namespace troupe::actors::apiserver {

/// Starts a session of log, exec, attach or port-forward: finds the pod, its node and the node's kubelet, and spawns
/// the actor that joins the client's connection to the kubelet's end. Failures are answered as a Status.
void open_session(caf::local_actor* parent, http_call c, const http_exchange_ptr& x, const context_ptr& context,
                  const watch_cache::watch_cache_actor& pods, const directory::directory_actor& directory);

} // namespace troupe::actors::apiserver
