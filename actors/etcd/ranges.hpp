#pragma once
#include "net/etcd/handler.hpp"
#include "storage/mvcc/types.hpp"

/// The parts of etcd's Range that its server, too, does after the read: order other than by key, and filters by
/// revision.
namespace troupe::actors::etcd {

namespace pb = net::etcd::pb;
namespace mvcc = storage::mvcc;

/// The whole range must be read to know which entries come first.
[[nodiscard]] bool needs_all(const pb::RangeRequest& r);

struct selection {
  std::vector<mvcc::key_value_ptr> kvs;
  bool more = false;
};
/// Filters, sorts and cuts what was read for `r`.
[[nodiscard]] selection select(const pb::RangeRequest& r, const mvcc::range_response& read);

} // namespace troupe::actors::etcd
