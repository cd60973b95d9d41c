#pragma once
#include "actors/join/interface.hpp"
#include "policies/api/status.hpp"

namespace troupe::actors::join {

/// What an HTTP request asks; 400 for a path that cannot be decoded, 413 for a body above 64 KiB.
[[nodiscard]] api::result<question> question_of(apiserver::http_exchange& exchange, const apiserver::user& who);
void respond(const apiserver::http_exchange& exchange, const answer& a);

} // namespace troupe::actors::join
