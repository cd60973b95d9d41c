#include "actors/etcd/requests.hpp"
#include "actors/etcd/ranges.hpp"
#include "actors/etcd/status.hpp"
#include <algorithm>

namespace troupe::actors::etcd {

namespace {

mvcc::put_request to_put(const pb::PutRequest& r, const keyspace& in) {
  return {.key = in.inside(r.key()), .value = mvcc::make_bytes(r.value()), .lease = r.lease(), .prev_kv = r.prev_kv(),
          .ignore_value = r.ignore_value(), .ignore_lease = r.ignore_lease()};
}

mvcc::delete_range_request to_removal(const pb::DeleteRangeRequest& r, const keyspace& in) {
  return {.keys = in.inside(r.key(), r.range_end()), .prev_kv = r.prev_kv()};
}

mvcc::compare_operator operator_of(pb::Compare::CompareResult r) {
  switch (r) {
    case pb::Compare::GREATER: return mvcc::compare_operator::greater;
    case pb::Compare::LESS: return mvcc::compare_operator::less;
    case pb::Compare::NOT_EQUAL: return mvcc::compare_operator::not_equal;
    default: return mvcc::compare_operator::equal;
  }
}

mvcc::compare to_compare(const pb::Compare& c, const keyspace& in) {
  mvcc::compare out;
  out.keys = in.inside(c.key(), c.range_end());
  out.op = operator_of(c.result());
  switch (c.target()) {
    case pb::Compare::CREATE:
      out.target = mvcc::compare_target::create_revision;
      out.number = c.create_revision();
      break;
    case pb::Compare::MOD:
      out.target = mvcc::compare_target::mod_revision;
      out.number = c.mod_revision();
      break;
    case pb::Compare::VALUE:
      out.target = mvcc::compare_target::value;
      out.value = c.value();
      break;
    case pb::Compare::LEASE:
      out.target = mvcc::compare_target::lease;
      out.number = c.lease();
      break;
    default:
      out.target = mvcc::compare_target::version;
      out.number = c.version();
  }
  return out;
}

mvcc::operation to_operation(const pb::RequestOp& op, const keyspace& in) {
  switch (op.request_case()) {
    case pb::RequestOp::kRequestPut: return to_put(op.request_put(), in);
    case pb::RequestOp::kRequestDeleteRange: return to_removal(op.request_delete_range(), in);
    case pb::RequestOp::kRequestTxn: return std::make_shared<const mvcc::txn_request>(to_txn(op.request_txn(), in));
    default: return to_range(op.request_range(), in);
  }
}

} // namespace

mvcc::range_request to_range(const pb::RangeRequest& r, const keyspace& in) {
  mvcc::range_request out;
  out.keys = in.inside(r.key(), r.range_end());
  out.at = std::max<std::int64_t>(r.revision(), 0);
  out.count_only = r.count_only();
  out.linearizable = !r.serializable();
  out.limit = needs_all(r) ? 0 : std::max<std::int64_t>(r.limit(), 0);
  out.keys_only = r.keys_only() && r.sort_target() != pb::RangeRequest::VALUE;
  return out;
}

mvcc::txn_request to_txn(const pb::PutRequest& r, const keyspace& in) {
  mvcc::txn_request out;
  out.success.emplace_back(to_put(r, in));
  return out;
}

mvcc::txn_request to_txn(const pb::DeleteRangeRequest& r, const keyspace& in) {
  mvcc::txn_request out;
  out.success.emplace_back(to_removal(r, in));
  return out;
}

mvcc::txn_request to_txn(const pb::TxnRequest& r, const keyspace& in) {
  mvcc::txn_request out;
  for (auto& c : r.compare()) out.compares.push_back(to_compare(c, in));
  for (auto& op : r.success()) out.success.push_back(to_operation(op, in));
  for (auto& op : r.failure()) out.failure.push_back(to_operation(op, in));
  return out;
}

std::optional<net::etcd::status> refusal(const pb::TxnRequest& r, int operations_max) {
  auto most = std::max({r.compare_size(), r.success_size(), r.failure_size()});
  if (most > operations_max) return to_status(mvcc::errc::too_many_operations);
  for (auto& c : r.compare())
    if (c.key().empty()) return to_status(mvcc::errc::empty_key);
  for (auto* list : {&r.success(), &r.failure()})
    for (auto& op : *list) {
      if (op.request_case() == pb::RequestOp::REQUEST_NOT_SET) return to_status(mvcc::errc::key_not_found);
      if (op.request_case() != pb::RequestOp::kRequestTxn) continue;
      if (auto no = refusal(op.request_txn(), operations_max - most)) return no;
    }
  return std::nullopt;
}

} // namespace troupe::actors::etcd
