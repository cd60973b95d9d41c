#pragma once
#include "actors/apiserver/pool.hpp"
#include "actors/cluster/config.hpp"
#include "net/http/server.hpp"
#include "tools/troupe/pki.hpp"
#include <memory>
#include <string>
#include <tl/expected.hpp>

namespace troupe::tools {

/// Listens for the API as `config` says and hands requests to `door`. The error is a sentence.
[[nodiscard]] tl::expected<std::unique_ptr<net::http::server>, std::string>
serve_api(const actors::cluster::cluster_config& config, const pki& keys,
          std::shared_ptr<actors::apiserver::entrance> door);

/// The page of `/metrics`: the HTTP server and the actors of this process.
[[nodiscard]] std::string metrics_text(const net::http::server& server);

} // namespace troupe::tools
