#pragma once
#include "actors/etcd/keyspace.hpp"
#include "net/etcd/handler.hpp"
#include "storage/mvcc/types.hpp"

/// Answers of the store as answers of the etcd API, to clients whose keys are in the keyspace `in`.
namespace troupe::actors::etcd {

namespace pb = net::etcd::pb;
namespace mvcc = storage::mvcc;

/// Who answers; in the header of every answer.
struct identity {
  std::uint64_t cluster_id = 0, member_id = 0, term = 0;
};
void stamp(const identity& who, mvcc::revision at, pb::ResponseHeader& out);

/// Without `with_value` the value stays empty even if it is known.
void fill(const keyspace& in, const mvcc::key_value& kv, pb::KeyValue& out, bool with_value = true);
void fill(const keyspace& in, const mvcc::event& e, pb::Event& out);
// The header's revision is set, the rest of the header is not: inside a transaction etcd leaves it out.
void fill(const keyspace& in, const pb::RangeRequest& asked, const mvcc::range_response& r, pb::RangeResponse& out);
void fill(const keyspace& in, const mvcc::put_response& r, mvcc::revision at, pb::PutResponse& out);
void fill(const keyspace& in, const mvcc::delete_range_response& r, mvcc::revision at,
          pb::DeleteRangeResponse& out);
/// `asked` is what `r` is the answer to.
void fill(const keyspace& in, const pb::TxnRequest& asked, const mvcc::txn_response& r, pb::TxnResponse& out);

} // namespace troupe::actors::etcd
