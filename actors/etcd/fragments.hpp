#pragma once
#include "net/etcd/handler.hpp"
#include <vector>

namespace troupe::actors::etcd {

/// Cuts a watch response so that each piece stays below so many bytes, unless a single event is larger. All but the
/// last are marked as fragments.
[[nodiscard]] std::vector<net::etcd::pb::WatchResponse> fragments(net::etcd::pb::WatchResponse whole,
                                                                  std::size_t bytes_max);

} // namespace troupe::actors::etcd
