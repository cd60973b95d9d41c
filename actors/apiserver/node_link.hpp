#pragma once
#include "actors/apiserver/http.hpp"
#include "actors/directory/interface.hpp"
#include "actors/kubelet/interface.hpp"
#include "actors/streams/interface.hpp"
#include "actors/watch_cache/interface.hpp"
#include <caf/actor.hpp>
#include <caf/event_based_actor.hpp>
#include <functional>

namespace troupe::actors::apiserver {

/// What a session needs to reach a pod's kubelet.
struct session_config {
  http_call request;
  http_exchange_ptr exchange;
  context_ptr context;
  watch_cache::watch_cache_actor pods;
  directory::directory_actor directory;
};

/// Reads the pod, finds its kubelet and opens a session with `self` as the client's end. `then` gets the node's end and
/// the pod; `otherwise` the Status for the user. For sessions of one container, an empty container name is completed
/// as Kubernetes does: the only one, or the one that the annotation kubectl.kubernetes.io/default-container names.
void open_kubelet(caf::event_based_actor* self, const session_config& config, streams::request wanted,
                  std::function<void(caf::actor)> then, std::function<void(api::status)> otherwise);

/// The options of the query as a request to the kubelet.
[[nodiscard]] api::result<streams::request> stream_request_of(const http_call& c);

} // namespace troupe::actors::apiserver
