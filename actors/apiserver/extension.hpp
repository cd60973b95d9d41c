#pragma once
#include "actors/apiserver/http_exchange.hpp"
#include "actors/apiserver/interface.hpp"
#include <caf/typed_actor.hpp>
#include <string_view>

namespace troupe::actors::apiserver {

/// What the API server's port answers beside the Kubernetes API: joining and membership. Its player of the same process
/// gets the requests, whoever sent them; it judges by itself what the user may.
inline constexpr std::string_view extension_prefix = "/troupe/v1/", extension_role = "registrar";

using extension_actor = caf::typed_actor<
  /// A request, and whom authentication found; answered through its responder.
  caf::reacts_to<http_atom, http_exchange_ptr, user>>;

} // namespace troupe::actors::apiserver
