#pragma once
#include "actors/etcd/keyspace.hpp"
#include "net/etcd/handler.hpp"
#include "storage/mvcc/types.hpp"
#include <optional>

/// Requests of the etcd API as requests of the store, which has the clients' keys in a keyspace.
namespace troupe::actors::etcd {

namespace pb = net::etcd::pb;
namespace mvcc = storage::mvcc;

/// What the front itself needs to sort or filter is asked for in full; see ranges.hpp.
[[nodiscard]] mvcc::range_request to_range(const pb::RangeRequest& r, const keyspace& in = {});
[[nodiscard]] mvcc::txn_request to_txn(const pb::TxnRequest& r, const keyspace& in = {});
/// A single change is a transaction of one operation.
[[nodiscard]] mvcc::txn_request to_txn(const pb::PutRequest& r, const keyspace& in = {});
[[nodiscard]] mvcc::txn_request to_txn(const pb::DeleteRangeRequest& r, const keyspace& in = {});

/// What etcd refuses beyond the store: operations without content, and a nested transaction may have only as many
/// operations as the one around it leaves.
[[nodiscard]] std::optional<net::etcd::status> refusal(const pb::TxnRequest& r, int operations_max);

} // namespace troupe::actors::etcd
