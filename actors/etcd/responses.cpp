#include "actors/etcd/responses.hpp"
#include "actors/etcd/ranges.hpp"
#include <algorithm>

namespace troupe::actors::etcd {

void stamp(const identity& who, mvcc::revision at, pb::ResponseHeader& out) {
  out.set_cluster_id(who.cluster_id);
  out.set_member_id(who.member_id);
  out.set_raft_term(who.term);
  out.set_revision(at);
}

void fill(const keyspace& in, const mvcc::key_value& kv, pb::KeyValue& out, bool with_value) {
  auto key = in.outside(kv.key);
  out.set_key(key.data(), key.size());
  out.set_create_revision(kv.create_revision);
  out.set_mod_revision(kv.mod_revision);
  out.set_version(kv.version);
  out.set_lease(kv.lease);
  if (with_value && kv.value) out.set_value(*kv.value);
}

void fill(const keyspace& in, const mvcc::event& e, pb::Event& out) {
  out.set_type(e.type == mvcc::event_type::put ? pb::Event::PUT : pb::Event::DELETE);
  fill(in, *e.kv, *out.mutable_kv());
  if (e.prev_kv) fill(in, *e.prev_kv, *out.mutable_prev_kv());
}

void fill(const keyspace& in, const pb::RangeRequest& asked, const mvcc::range_response& r, pb::RangeResponse& out) {
  auto chosen = select(asked, r);
  out.mutable_header()->set_revision(r.header_revision);
  out.set_count(r.count);
  out.set_more(chosen.more);
  out.mutable_kvs()->Reserve(static_cast<int>(chosen.kvs.size()));
  for (auto& kv : chosen.kvs) fill(in, *kv, *out.add_kvs(), !asked.keys_only());
}

void fill(const keyspace& in, const mvcc::put_response& r, mvcc::revision at, pb::PutResponse& out) {
  out.mutable_header()->set_revision(at);
  if (r.prev_kv) fill(in, *r.prev_kv, *out.mutable_prev_kv());
}

void fill(const keyspace& in, const mvcc::delete_range_response& r, mvcc::revision at,
          pb::DeleteRangeResponse& out) {
  out.mutable_header()->set_revision(at);
  out.set_deleted(r.deleted);
  for (auto& kv : r.prev_kvs) fill(in, *kv, *out.add_prev_kvs());
}

void fill(const keyspace& in, const pb::TxnRequest& asked, const mvcc::txn_response& r, pb::TxnResponse& out) {
  auto at = r.header_revision;
  out.mutable_header()->set_revision(at);
  out.set_succeeded(r.succeeded);
  auto& branch = r.succeeded ? asked.success() : asked.failure();
  auto count = std::min(static_cast<std::size_t>(branch.size()), r.responses.size());
  for (std::size_t i = 0; i < count; ++i) {
    auto& question = branch.Get(static_cast<int>(i));
    auto& answer = *out.add_responses();
    if (auto* range = std::get_if<mvcc::range_response>(&r.responses[i]))
      fill(in, question.request_range(), *range, *answer.mutable_response_range());
    else if (auto* put = std::get_if<mvcc::put_response>(&r.responses[i]))
      fill(in, *put, at, *answer.mutable_response_put());
    else if (auto* removal = std::get_if<mvcc::delete_range_response>(&r.responses[i]))
      fill(in, *removal, at, *answer.mutable_response_delete_range());
    else
      fill(in, question.request_txn(), *std::get<3>(r.responses[i]), *answer.mutable_response_txn());
  }
}

} // namespace troupe::actors::etcd
