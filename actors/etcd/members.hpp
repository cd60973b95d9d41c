#pragma once
#include "actors/store/messages.hpp"
#include "net/etcd/handler.hpp"

/// The members of a cluster's store as etcd shows them: the id of a member is that of its node.
namespace troupe::actors::etcd {

namespace pb = net::etcd::pb;
namespace mvcc = storage::mvcc;

/// What the records of the nodes (`policies/cluster/node_record`) are read from.
[[nodiscard]] mvcc::range_request node_records_range(bool linearizable);
/// All members of the group by id, with names and addresses of their nodes. A member without a record has no name, by
/// which etcd tells one that has not started yet.
void fill_members(const store::store_status& group, const mvcc::range_response& records, pb::MemberListResponse& out);
/// `id` votes.
[[nodiscard]] bool is_voter(const store::store_status& group, std::uint64_t id);
/// The member that answered the status receives the log and has no vote.
[[nodiscard]] bool is_learner(const store::store_status& group);

} // namespace troupe::actors::etcd
