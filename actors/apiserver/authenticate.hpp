#pragma once
#include "actors/apiserver/context.hpp"
#include "net/http/message.hpp"

namespace troupe::actors::apiserver {

/// What a request says about its sender. A token's signature and times were checked, but not yet whether the objects
/// that it speaks of still exist.
struct credentials {
  user who;
  std::optional<token_identity> token;
};

/// Who sent the request: by client certificate, by bearer token, or nobody ("system:anonymous"). 401 for credentials
/// that are there but wrong.
[[nodiscard]] api::result<credentials> authenticate(const net::http::request& request, const server_context& context);

/// The user that the Impersonate-* headers name, if `who` may act as that one; `who` itself without such headers. 403
/// for whom it is not allowed, 400 for groups or extras without a user.
[[nodiscard]] api::result<user> impersonate(const net::http::request& request, user who);

} // namespace troupe::actors::apiserver
