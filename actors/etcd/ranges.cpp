#include "actors/etcd/ranges.hpp"
#include <algorithm>

namespace troupe::actors::etcd {

namespace {

bool filters(const pb::RangeRequest& r) {
  return r.min_mod_revision() != 0 || r.max_mod_revision() != 0 || r.min_create_revision() != 0 ||
         r.max_create_revision() != 0;
}

bool passes(const pb::RangeRequest& r, const mvcc::key_value& kv) {
  return (r.max_mod_revision() == 0 || kv.mod_revision <= r.max_mod_revision()) &&
         (r.min_mod_revision() == 0 || kv.mod_revision >= r.min_mod_revision()) &&
         (r.max_create_revision() == 0 || kv.create_revision <= r.max_create_revision()) &&
         (r.min_create_revision() == 0 || kv.create_revision >= r.min_create_revision());
}

std::string_view value_of(const mvcc::key_value& kv) { return kv.value ? std::string_view(*kv.value) : ""; }

bool before(pb::RangeRequest::SortTarget target, const mvcc::key_value& a, const mvcc::key_value& b) {
  switch (target) {
    case pb::RangeRequest::VERSION: return a.version < b.version;
    case pb::RangeRequest::CREATE: return a.create_revision < b.create_revision;
    case pb::RangeRequest::MOD: return a.mod_revision < b.mod_revision;
    case pb::RangeRequest::VALUE: return value_of(a) < value_of(b);
    default: return a.key < b.key;
  }
}

/// Entries are read in ascending order of the key already; a target without an order means ascending.
bool sorts(const pb::RangeRequest& r) {
  return r.sort_order() == pb::RangeRequest::DESCEND || r.sort_target() != pb::RangeRequest::KEY;
}

} // namespace

/// As in etcd, a target other than the key without an order sorts only what the limit has left.
bool needs_all(const pb::RangeRequest& r) { return r.sort_order() != pb::RangeRequest::NONE || filters(r); }

selection select(const pb::RangeRequest& r, const mvcc::range_response& read) {
  selection out{read.kvs, read.more};
  if (filters(r)) std::erase_if(out.kvs, [&](auto& kv) { return !passes(r, *kv); });
  if (sorts(r)) {
    bool down = r.sort_order() == pb::RangeRequest::DESCEND;
    std::stable_sort(out.kvs.begin(), out.kvs.end(), [&](auto& a, auto& b) {
      return down ? before(r.sort_target(), *b, *a) : before(r.sort_target(), *a, *b);
    });
  }
  auto limit = static_cast<std::size_t>(std::max<std::int64_t>(r.limit(), 0));
  if (limit > 0 && out.kvs.size() > limit) {
    out.kvs.resize(limit);
    out.more = true;
  }
  return out;
}

} // namespace troupe::actors::etcd
