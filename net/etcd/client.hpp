#pragma once
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace troupe::net::etcd {

/// PEM texts.
struct client_tls {
  std::string ca;
  std::string certificate, key; ///< empty = the server asks for none
};

struct client_config {
  std::string endpoint; ///< HOST:PORT
  std::optional<client_tls> tls; ///< without: plain text
  std::chrono::milliseconds connect_limit{5000};
};

/// Takes a piece of what is fetched; its error ends the fetching.
using piece_sink = std::function<tl::expected<void, std::string>(std::string_view)>;

/// Fetches a snapshot (`Maintenance.Snapshot`). Blocks until the server has ended it. The error is a sentence.
[[nodiscard]] tl::expected<void, std::string> fetch_snapshot(const client_config& c, const piece_sink& sink);

} // namespace troupe::net::etcd
