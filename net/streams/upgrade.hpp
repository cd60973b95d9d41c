#pragma once
#include "net/spdy/session.hpp"
#include "net/streams/remote_streams.hpp"
#include <string_view>
#include <vector>

namespace troupe::net::streams {

/// Answers a request with `Upgrade: SPDY/3.1`: chooses the first of the client's X-Stream-Protocol-Version that is in
/// `supported`, and hands over the session, not started yet. The texts of refusals are those of Kubernetes.
[[nodiscard]] tl::expected<std::shared_ptr<spdy::session>, refusal> accept_spdy(
    const http::request& what, const http::responder& answer, const std::vector<std::string_view>& supported);

} // namespace troupe::net::streams
