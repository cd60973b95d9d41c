#include "storage/mvcc/families.hpp"
#include "storage/mvcc/state.hpp"

namespace troupe::storage::mvcc {

namespace {

template <class T> bool satisfies(const T& have, compare_operator op, const T& want) {
  switch (op) {
    case compare_operator::equal: return have == want;
    case compare_operator::not_equal: return have != want;
    case compare_operator::less: return have < want;
    case compare_operator::greater: return have > want;
  }
  return false;
}

/// etcd's compareKV.
bool satisfies(const key_value& kv, const compare& c) {
  switch (c.target) {
    case compare_target::version: return satisfies(kv.version, c.op, c.number);
    case compare_target::create_revision: return satisfies(kv.create_revision, c.op, c.number);
    case compare_target::mod_revision: return satisfies(kv.mod_revision, c.op, c.number);
    case compare_target::lease: return satisfies(kv.lease, c.op, c.number);
    case compare_target::value: return satisfies(kv.value ? *kv.value : std::string(), c.op, c.value);
  }
  return false;
}

bool missing_satisfies(const compare& c) { return c.target != compare_target::value && satisfies(key_value{}, c); }

} // namespace

result<bool> state::holds(const compare& c) const {
  if (c.keys.range_end.empty()) {
    auto kv = find_newest(c.keys.key);
    if (!kv) return tl::unexpected(kv.error());
    return *kv ? satisfies(**kv, c) : missing_satisfies(c);
  }
  bool any = false, all = true;
  auto done = walk_newest(c.keys, [&](const live& v) {
    any = true;
    all = satisfies(*materialize(v, c.target == compare_target::value), c);
    return all;
  });
  if (!done) return tl::unexpected(done.error());
  return any ? all : missing_satisfies(c);
}

/// All compares are judged before anything changes, those of nested transactions, too (etcd's compareToPath).
result<void> state::choose(const txn_request& txn, path& out) const {
  bool succeeded = true;
  for (auto& c : txn.compares) {
    auto ok = holds(c);
    if (!ok) return tl::unexpected(ok.error());
    succeeded = succeeded && *ok;
    if (!succeeded) break;
  }
  out.push_back(succeeded);
  for (auto& op : succeeded ? txn.success : txn.failure)
    if (auto* nested = std::get_if<std::shared_ptr<const txn_request>>(&op))
      if (auto ok = choose(**nested, out); !ok) return ok;
  return {};
}

/// Everything that can still refuse the chosen operations, so that none of them is half done.
result<void> state::check_branch(const txn_request& txn, path& taken) const {
  bool succeeded = taken.front();
  taken.pop_front();
  taken.push_back(succeeded); // Rotated once around, the path is as before.
  for (auto& op : succeeded ? txn.success : txn.failure) {
    if (auto* r = std::get_if<range_request>(&op)) {
      if (r->at > mark_.current) return failure(error{errc::future_revision, {}});
      if (auto first = readable_from(r->keys); r->at > 0 && r->at < first)
        return failure(error{errc::compacted, {}, first});
    } else if (auto* removal = std::get_if<delete_range_request>(&op)) {
      if (fenced(removal->keys)) return failure(error{errc::moved, {}});
    } else if (auto* p = std::get_if<put_request>(&op)) {
      if (fenced({p->key, {}})) return failure(error{errc::moved, {}});
      if (p->lease != 0 && !leases_.contains(p->lease)) return failure(error{errc::lease_not_found, {}});
      if (!p->ignore_value && !p->ignore_lease) continue;
      auto kv = find_newest(p->key);
      if (!kv) return tl::unexpected(kv.error());
      if (!*kv) return failure(error{errc::key_not_found, {}});
    } else if (auto* nested = std::get_if<std::shared_ptr<const txn_request>>(&op)) {
      if (auto ok = check_branch(**nested, taken); !ok) return ok;
    }
  }
  return {};
}

void state::store_version(const key_value_ptr& kv, bool removal, txn_context& in) {
  version_at at{mark_.current + 1, in.sub++};
  changes_.put(kv_family, version_key(version_prefix(kv->key), at), encode_record(*kv, removal));
  changes_.put(revision_family, revision_key(at), kv->key);
  auto newest = removal ? nullptr : kv;
  pending_.insert_or_assign(kv->key, newest);
  recent_.put(kv->key, std::move(newest));
}

result<put_response> state::run(const put_request& r, txn_context& in) {
  auto old = find_newest(r.key);
  if (!old) return tl::unexpected(old.error());
  auto kv = std::make_shared<key_value>();
  kv->key = r.key;
  kv->mod_revision = mark_.current + 1;
  kv->create_revision = *old ? (*old)->create_revision : kv->mod_revision;
  kv->version = *old ? (*old)->version + 1 : 1;
  kv->lease = r.ignore_lease ? (*old ? (*old)->lease : 0) : r.lease;
  kv->value = r.ignore_value ? (*old ? (*old)->value : nullptr) : r.value;
  if (!kv->value) kv->value = make_bytes({});
  auto before = *old ? (*old)->lease : 0;
  if (before != kv->lease) {
    detach(before, kv->key);
    attach(kv->lease, kv->key);
  }
  store_version(kv, false, in);
  in.events.push_back({event_type::put, kv, in.want_previous ? *old : nullptr});
  return put_response{kv, r.prev_kv ? *old : nullptr};
}

result<void> state::remove(const std::string& key, const key_value_ptr& old, txn_context& in) {
  detach(old->lease, key);
  auto kv = std::make_shared<key_value>();
  kv->key = key;
  kv->mod_revision = mark_.current + 1;
  store_version(kv, true, in);
  in.events.push_back({event_type::removal, std::move(kv), in.want_previous ? old : nullptr});
  return {};
}

result<delete_range_response> state::run(const delete_range_request& r, txn_context& in) {
  std::vector<key_value_ptr> found;
  if (r.keys.range_end.empty()) {
    auto kv = find_newest(r.keys.key);
    if (!kv) return tl::unexpected(kv.error());
    if (*kv) found.push_back(*kv);
  } else {
    bool values = r.prev_kv || in.want_previous;
    auto done = walk_newest(r.keys, [&](const live& v) {
      found.push_back(materialize(v, values));
      return true;
    });
    if (!done) return tl::unexpected(done.error());
  }
  for (auto& kv : found)
    if (auto ok = remove(kv->key, kv, in); !ok) return tl::unexpected(ok.error());
  delete_range_response out;
  out.deleted = static_cast<std::int64_t>(found.size());
  if (r.prev_kv) out.prev_kvs = std::move(found);
  return out;
}

result<txn_response> state::run(const txn_request& txn, path& taken, txn_context& in) {
  txn_response out;
  out.succeeded = taken.front();
  taken.pop_front();
  auto& branch = out.succeeded ? txn.success : txn.failure;
  out.responses.reserve(branch.size());
  for (auto& op : branch) {
    if (auto* r = std::get_if<range_request>(&op)) {
      auto answer = range_at(*r, r->at);
      if (!answer) return tl::unexpected(answer.error());
      answer->header_revision = mark_.current + (in.sub > 0 ? 1 : 0);
      out.responses.emplace_back(std::move(*answer));
    } else if (auto* p = std::get_if<put_request>(&op)) {
      auto answer = run(*p, in);
      if (!answer) return tl::unexpected(answer.error());
      out.responses.emplace_back(std::move(*answer));
    } else if (auto* d = std::get_if<delete_range_request>(&op)) {
      auto answer = run(*d, in);
      if (!answer) return tl::unexpected(answer.error());
      out.responses.emplace_back(std::move(*answer));
    } else {
      auto answer = run(*std::get<3>(op), taken, in);
      if (!answer) return tl::unexpected(answer.error());
      out.responses.emplace_back(std::make_shared<const txn_response>(std::move(*answer)));
    }
  }
  out.header_revision = mark_.current + (in.sub > 0 ? 1 : 0);
  return out;
}

} // namespace troupe::storage::mvcc
