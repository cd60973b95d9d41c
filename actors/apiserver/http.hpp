#pragma once
#include "actors/apiserver/context.hpp"
#include "actors/apiserver/http_exchange.hpp"
#include "actors/apiserver/render.hpp"
#include "policies/routing/request_path.hpp"

namespace troupe::actors::apiserver {

/// A request after its line and headers were understood.
struct http_call {
  policies::routing::request_path path;
  std::string raw_path; ///< decoded
  call what;
  rendering how;
  bool watch = false;
};

/// Reads path, query and headers; the body is left to the verb. Failures are those that the client sees.
[[nodiscard]] api::result<http_call> read_request(http_exchange& exchange, user who);

/// Answers discovery, OpenAPI, version, health, metrics and keys; false if the path is none of these.
[[nodiscard]] bool answer_static(const http_call& c, const http_exchange& exchange, const server_context& context,
                                 bool ready);

} // namespace troupe::actors::apiserver
