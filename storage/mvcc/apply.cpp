#include "storage/mvcc/codec.hpp"
#include "storage/mvcc/families.hpp"
#include "storage/mvcc/state.hpp"

namespace troupe::storage::mvcc {

namespace {

failure storage_error(const engine::error& e) { return failure(error{errc::storage, e.text()}); }

/// Walks over ranges read the engine beside the uncommitted changes of this transaction only.
bool walks(const txn_request& txn) {
  for (auto& c : txn.compares)
    if (!c.keys.range_end.empty()) return true;
  for (auto* list : {&txn.success, &txn.failure})
    for (auto& op : *list) {
      if (op.index() == 0) return true;
      auto* removal = std::get_if<delete_range_request>(&op);
      if (removal && !removal->keys.range_end.empty()) return true;
      if (auto* nested = std::get_if<std::shared_ptr<const txn_request>>(&op); nested && walks(**nested)) return true;
    }
  return false;
}

} // namespace

outcome state::apply(std::uint64_t index, std::uint64_t term, const command& c, bool want_previous) {
  outcome out;
  txn_context in{want_previous, 0, out.events};
  if (auto* txn = std::get_if<txn_request>(&c)) out.answer = apply(*txn, in);
  else if (auto* grant = std::get_if<lease_grant_request>(&c)) out.answer = apply(*grant, index);
  else if (auto* revoke = std::get_if<lease_revoke_request>(&c)) out.answer = apply(*revoke, in);
  else if (auto* compact = std::get_if<compact_request>(&c)) out.answer = apply(*compact);
  else out.answer = apply(std::get<placement_request>(c));
  if (in.sub > 0) ++mark_.current;
  skip(index, term);
  return out;
}

result<reply> state::apply(const txn_request& txn, txn_context& in) {
  if (auto ok = check(txn, config_.operations_max); !ok) return tl::unexpected(ok.error());
  if (walks(txn) && !pending_.empty())
    if (auto ok = commit(); !ok) return storage_error(ok.error());
  path taken;
  if (auto ok = choose(txn, taken); !ok) return tl::unexpected(ok.error());
  if (auto ok = check_branch(txn, taken); !ok) return tl::unexpected(ok.error());
  auto answer = run(txn, taken, in);
  if (!answer) return tl::unexpected(answer.error());
  return std::move(*answer);
}

result<reply> state::apply(const lease_grant_request& r, std::uint64_t index) {
  constexpr std::int64_t ttl_max = 9'000'000'000; // etcd's bound.
  if (r.ttl_seconds < 1 || r.ttl_seconds > ttl_max) return failure(error{errc::invalid_lease, {}});
  auto id = r.id;
  if (id == 0)
    for (id = static_cast<lease_id>(index); leases_.contains(id);) ++id;
  if (leases_.contains(id)) return failure(error{errc::lease_exists, {}});
  leases_[id].ttl_seconds = r.ttl_seconds;
  std::string value;
  writer(value).signed_number(r.ttl_seconds);
  changes_.put(lease_family, lease_key(id), value);
  return lease_grant_response{id, r.ttl_seconds, mark_.current};
}

result<reply> state::apply(const lease_revoke_request& r, txn_context& in) {
  auto it = leases_.find(r.id);
  if (it == leases_.end()) return failure(error{errc::lease_not_found, {}});
  auto keys = it->second.keys; // `remove` detaches them one by one.
  for (auto& key : keys)
    if (fenced({key, {}})) return failure(error{errc::moved, {}});
  for (auto& key : keys) {
    auto kv = find_newest(key);
    if (!kv) return tl::unexpected(kv.error());
    if (!*kv) continue;
    if (auto ok = remove(key, *kv, in); !ok) return tl::unexpected(ok.error());
  }
  leases_.erase(r.id);
  changes_.remove(lease_family, lease_key(r.id));
  return mark_.current + (in.sub > 0 ? 1 : 0);
}

result<reply> state::apply(const compact_request& r) {
  if (r.at <= mark_.compacted) return failure(error{errc::compacted, {}, mark_.compacted});
  if (r.at > mark_.current) return failure(error{errc::future_revision, {}});
  mark_.compacted = r.at;
  std::erase_if(floors_, [&](auto& floor) {
    if (floor.second > r.at) return false;
    changes_.remove(meta_family, floor_key(floor.first));
    return true;
  });
  return mark_.current;
}

void state::attach(lease_id id, const std::string& key) {
  if (id == 0) return;
  leases_[id].keys.insert(key);
  changes_.put(lease_family, lease_key(id, key), {});
}

void state::detach(lease_id id, const std::string& key) {
  if (id == 0) return;
  if (auto it = leases_.find(id); it != leases_.end()) it->second.keys.erase(key);
  changes_.remove(lease_family, lease_key(id, key));
}

} // namespace troupe::storage::mvcc
