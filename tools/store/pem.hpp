#pragma once
#include "net/etcd/client.hpp"
#include "net/etcd/server.hpp"

/// PEM files of the command line. Errors are sentences.
namespace troupe::tools::store {

/// Nothing if no file is named. `client_ca` may be empty.
[[nodiscard]] tl::expected<std::optional<net::etcd::server_tls>, std::string>
read_server_tls(const std::string& certificate, const std::string& key, const std::string& client_ca);
/// `certificate` and `key` may both be empty.
[[nodiscard]] tl::expected<net::etcd::client_tls, std::string>
read_client_tls(const std::string& ca, const std::string& certificate, const std::string& key);

} // namespace troupe::tools::store
