#pragma once
#include <cstdint>
#include <string>
#include <tl/expected.hpp>

namespace troupe::tools::store {

struct serve_settings {
  std::string data_dir;
  std::string listen = "127.0.0.1:2379"; ///< HOST:PORT; [HOST]:PORT for IPv6
  std::string name = "default";
  std::string certificate, key, client_ca; ///< files; all empty = plain text
  std::uint64_t request_bytes_max = 1536 << 10;
  int operations_max = 128;
  std::uint64_t quota_bytes = std::uint64_t(2) << 30; ///< 0 = none
  std::uint64_t history_seconds = 0;    ///< older history is compacted; 0 = only on request
  std::uint64_t cache_mb = 128;         ///< memory for blocks that were read, and for versions written lately
  std::string log_level = "info";
};

struct endpoint {
  std::string host;
  std::uint16_t port = 0;
  bool operator==(const endpoint&) const = default;
};
/// The error is a sentence.
[[nodiscard]] tl::expected<endpoint, std::string> parse_endpoint(const std::string& text);

/// Serves until SIGINT or SIGTERM. The exit status.
[[nodiscard]] int serve_etcd(const serve_settings& s);

} // namespace troupe::tools::store
