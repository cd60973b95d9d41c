#pragma once
#include "net/etcd/client.hpp"
#include <cstdint>
#include <string>
#include <tl/expected.hpp>

namespace troupe::tools::store {

/// Where the store of a data directory lies: in itself, or, of a cluster's data directory, in `store`. The error is a
/// sentence.
[[nodiscard]] tl::expected<std::string, std::string> find_store(const std::string& data_dir);

/// Makes a backup of a store that no process has open, from all that it has acknowledged: committed entries that its
/// state lacks are applied first. The error is a sentence.
[[nodiscard]] tl::expected<void, std::string> back_up_stopped(const std::string& store_dir, std::int64_t now_seconds,
                                                              const net::etcd::piece_sink& sink);

} // namespace troupe::tools::store
