#include "storage/mvcc/families.hpp"
#include "storage/mvcc/state.hpp"

namespace troupe::storage::mvcc {

namespace {

failure storage_error(std::string detail) { return failure(error{errc::storage, std::move(detail)}); }

engine::scan_options bounds(const key_range& keys) {
  engine::scan_options o;
  o.lower = version_prefix(keys.key);
  if (keys.range_end.empty()) o.upper = after_versions(o.lower);
  else if (keys.range_end != std::string_view("\0", 1)) o.upper = escaped(keys.range_end);
  return o;
}

/// To the first version of the next key. Most keys have few versions: try a few steps before a seek.
void leave_key(engine::cursor& cursor, const std::string& prefix) {
  constexpr int steps_max = 4;
  for (int i = 0; i < steps_max; ++i) {
    cursor.next();
    if (!cursor.valid() || !cursor.key().starts_with(prefix)) return;
  }
  cursor.seek(after_versions(prefix));
}

} // namespace

result<void> state::walk(const key_range& keys, revision at, const visitor& visit) const {
  auto o = bounds(keys);
  if (!o.upper.empty() && o.upper <= o.lower) return {};
  auto cursor = store_->scan(kv_family, o);
  std::string prefix;
  for (cursor->seek(o.lower); cursor->valid();) {
    auto stored = parse_version(cursor->key());
    if (!stored) return storage_error("a version key does not decode");
    prefix = stored->prefix;
    if (stored->at.main > at) {
      cursor->seek(version_key(prefix, {at, newest_sub}));
      continue;
    }
    auto record = decode_record(cursor->value());
    if (!record) return storage_error("a version does not decode");
    if (!record->removal && !visit({prefix, stored->at, *record, nullptr})) return {};
    leave_key(*cursor, prefix);
  }
  if (auto ok = cursor->status(); !ok) return storage_error(ok.error().text());
  return {};
}

result<void> state::walk_newest(const key_range& keys, const visitor& visit) const {
  auto at = pending_.lower_bound(keys.key);
  auto inside = [&] { return at != pending_.end() && keys.contains(at->first); };
  bool go_on = true;
  auto visit_pending = [&] {
    live v;
    v.ready = at->second;
    go_on = v.ready == nullptr || visit(v);
    ++at;
  };
  auto done = walk(keys, mark_.current, [&](const live& stored) {
    auto key = unescaped(stored.prefix);
    while (go_on && inside() && at->first < key) visit_pending();
    if (!go_on) return false;
    if (inside() && at->first == key) visit_pending();
    else go_on = visit(stored);
    return go_on;
  });
  if (!done) return done;
  while (go_on && inside()) visit_pending();
  return {};
}

result<range_response> state::range_at(const range_request& r, revision at) const {
  range_response out;
  out.header_revision = mark_.current;
  auto visit = [&](const live& v) {
    ++out.count;
    if (r.count_only) return true;
    if (r.limit > 0 && out.count > r.limit) {
      out.more = true;
      return !r.skip_count;
    }
    out.kvs.push_back(materialize(v, !r.keys_only));
    return true;
  };
  // An explicit revision is never newer than what is committed, except the newest itself.
  auto done = r.at == 0 ? walk_newest(r.keys, visit) : walk(r.keys, at, visit);
  if (!done) return tl::unexpected(done.error());
  if (r.skip_count && out.more) out.count = r.limit;
  return out;
}

result<range_response> state::range(const range_request& r) const {
  if (auto ok = check(r); !ok) return tl::unexpected(ok.error());
  auto at = r.at > 0 ? r.at : mark_.current;
  if (at > mark_.current) return failure(error{errc::future_revision, {}});
  if (auto first = readable_from(r.keys); r.at > 0 && at < first) return failure(error{errc::compacted, {}, first});
  return range_at(r, at);
}

} // namespace troupe::storage::mvcc
