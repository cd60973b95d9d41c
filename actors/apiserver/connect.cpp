#include "actors/apiserver/connect.hpp"
#include "actors/apiserver/log_session.hpp"
#include "actors/apiserver/stream_session.hpp"

namespace troupe::actors::apiserver {

void open_session(caf::local_actor* parent, http_call c, const http_exchange_ptr& x, const context_ptr& context,
                  const watch_cache::watch_cache_actor& pods, const directory::directory_actor& directory) {
  if (!pods) return respond_status(x->responder, api::service_unavailable("the cache of pods is not ready"));
  session_config config{std::move(c), x, context, pods, directory};
  if (config.request.path.subresource == "log")
    parent->spawn(log_session, std::move(config));
  else if (config.request.path.subresource == "portforward")
    parent->spawn(forward_session, std::move(config));
  else
    parent->spawn(stream_session, std::move(config));
}

} // namespace troupe::actors::apiserver
