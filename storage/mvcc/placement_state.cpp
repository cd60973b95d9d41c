#include "storage/mvcc/codec.hpp"
#include "storage/mvcc/families.hpp"
#include "storage/mvcc/state.hpp"
#include <algorithm>
#include <limits>

namespace troupe::storage::mvcc {

namespace {

failure refuse(errc code, std::string detail = {}) { return failure(error{code, std::move(detail)}); }

} // namespace

bool state::fenced(const key_range& keys) const {
  return std::any_of(fences_.begin(), fences_.end(),
                     [&](auto& prefix) { return keys.overlaps(key_range::prefix(prefix)); });
}

revision state::readable_from(const key_range& keys) const {
  auto first = mark_.compacted;
  for (auto& [prefix, at] : floors_)
    if (at > first && keys.overlaps(key_range::prefix(prefix))) first = at;
  return first;
}

engine::result<void> state::load_placement() {
  auto cursor = store_->scan(meta_family, {});
  for (cursor->seek(fence_keys); cursor->valid(); cursor->next()) {
    auto key = cursor->key();
    if (key.starts_with(fence_keys)) {
      fences_.emplace(key.substr(fence_keys.size()));
    } else if (key.starts_with(floor_keys)) {
      reader in(cursor->value());
      auto at = in.signed_number();
      if (!in.done())
        return engine::failure(engine::error{engine::errc::damaged, "key-value state: a floor does not decode"});
      floors_.emplace(key.substr(floor_keys.size()), at);
    }
  }
  return cursor->status();
}

result<reply> state::apply(const placement_request& r) {
  mark_.placed = true;
  return std::visit([this](auto& request) { return apply(request); }, r);
}

result<reply> state::apply(const fence_request& r) {
  if (r.prefix.empty()) return refuse(errc::empty_key);
  if (r.closed) {
    fences_.insert(r.prefix);
    changes_.put(meta_family, fence_key(r.prefix), {});
  } else if (auto it = fences_.find(r.prefix); it != fences_.end()) {
    fences_.erase(it);
    changes_.remove(meta_family, fence_key(r.prefix));
  }
  return mark_.current;
}

result<reply> state::apply(const advance_request& r) {
  mark_.current = std::max(mark_.current, r.at_least);
  return mark_.current;
}

void state::raise_floor(const std::string& prefix, revision at) {
  auto& floor = floors_[prefix];
  floor = std::max(floor, at);
  std::string value;
  writer(value).signed_number(floor);
  changes_.put(meta_family, floor_key(prefix), value);
}

result<reply> state::apply(const floor_request& r) {
  if (r.prefix.empty()) return refuse(errc::empty_key);
  if (r.at > mark_.current + 1) return refuse(errc::future_revision);
  if (r.at > mark_.compacted) raise_floor(r.prefix, r.at);
  return mark_.current;
}

/// Everything that can refuse an import, so that none is half done.
result<void> state::check_import(const import_request& r) const {
  if (!fences_.contains(r.prefix)) return refuse(errc::not_fenced);
  std::set<std::string_view> keys;
  for (auto& e : r.entries) {
    if (!e.kv || !e.kv->value) return refuse(errc::bad_import);
    auto& kv = *e.kv;
    bool sound = kv.key.starts_with(r.prefix) && kv.version >= 1 && kv.create_revision >= 1 &&
                 kv.mod_revision >= kv.create_revision && kv.mod_revision <= mark_.current &&
                 (kv.lease == 0 || e.lease_seconds >= 1) && keys.insert(kv.key).second;
    if (!sound) return refuse(errc::bad_import, kv.key);
    auto known = find_newest(kv.key);
    if (!known) return tl::unexpected(known.error());
    if (*known) return refuse(errc::bad_import, kv.key + " is there already");
  }
  return {};
}

/// Ids of leases belong to their shard: the id of the other shard is taken unless it is in use here for something else.
/// A lease that has keys below the prefix only is one that an import has made.
lease_id state::lease_for(const key_range& below, lease_id wanted, std::int64_t seconds) {
  constexpr lease_id step = lease_id{1} << 40; // Far from the ids that the store or its clients choose.
  if (wanted == 0) return 0;
  auto foreign = [&](const lease& l) {
    return !std::all_of(l.keys.begin(), l.keys.end(), [&](auto& key) { return below.contains(key); });
  };
  for (auto it = leases_.find(wanted); it != leases_.end() && (it->second.keys.empty() || foreign(it->second));
       it = leases_.find(wanted))
    wanted += step;
  if (!leases_.contains(wanted)) {
    leases_[wanted].ttl_seconds = seconds;
    std::string value;
    writer(value).signed_number(seconds);
    changes_.put(lease_family, lease_key(wanted), value);
  }
  return wanted;
}

/// Not listed among the revisions: there the place may be taken by a key of this shard, and it is no event here.
void state::import_entry(const import_request::entry& e, lease_id here) {
  auto kv = e.kv;
  if (here != kv->lease) {
    auto changed = std::make_shared<key_value>(*kv);
    changed->lease = here;
    kv = std::move(changed);
  }
  attach(here, kv->key);
  changes_.put(kv_family, version_key(version_prefix(kv->key), {kv->mod_revision, 0}), encode_record(*kv, false));
  pending_.insert_or_assign(kv->key, kv);
  recent_.put(kv->key, kv);
}

result<reply> state::apply(const import_request& r) {
  if (auto ok = check_import(r); !ok) return tl::unexpected(ok.error());
  const auto below = key_range::prefix(r.prefix);
  std::map<lease_id, lease_id> leases; // An id names the same lease in all of the request.
  for (auto& e : r.entries) {
    auto known = leases.find(e.kv->lease);
    if (known == leases.end())
      known = leases.emplace(e.kv->lease, lease_for(below, e.kv->lease, e.lease_seconds)).first;
    import_entry(e, known->second);
  }
  return mark_.current;
}

/// Removes every version of a key, and its places among the revisions where they are its own.
result<void> state::forget_key(std::string_view prefix) {
  auto cursor = store_->scan(kv_family, {.lower = std::string(prefix), .one_prefix = true});
  bool newest = true;
  // With the suffix of the newest version there could be: only a whole key finds its way among the files' filters.
  constexpr version_at first{std::numeric_limits<revision>::max(), newest_sub};
  for (cursor->seek(version_key(prefix, first)); cursor->valid(); cursor->next()) {
    auto stored = parse_version(cursor->key());
    if (!stored || stored->prefix != prefix) break;
    auto key = unescaped(prefix);
    if (newest) {
      auto record = decode_record(cursor->value());
      if (!record) return refuse(errc::storage, "a version does not decode");
      if (!record->removal) detach(record->lease, key);
      recent_.put(key, nullptr);
      newest = false;
    }
    changes_.remove(kv_family, cursor->key());
    auto place = store_->find(revision_family, revision_key(stored->at));
    if (!place) return refuse(errc::storage, place.error().text());
    if (*place && **place == key) changes_.remove(revision_family, revision_key(stored->at));
  }
  if (auto ok = cursor->status(); !ok) return refuse(errc::storage, ok.error().text());
  return {};
}

result<reply> state::apply(const forget_request& r) {
  if (!fences_.contains(r.prefix)) return refuse(errc::not_fenced);
  // The walk below reads what is written; uncommitted versions have to be there, too.
  if (auto ok = commit(); !ok) return refuse(errc::storage, ok.error().text());
  const auto below = key_range::prefix(r.prefix);
  engine::scan_options o;
  o.lower = escaped(below.key);
  if (below.range_end != std::string_view("\0", 1)) o.upper = escaped(below.range_end);
  auto cursor = store_->scan(kv_family, o);
  std::uint32_t done = 0;
  bool more = false;
  for (cursor->seek(o.lower); cursor->valid();) {
    auto stored = parse_version(cursor->key());
    if (!stored) return refuse(errc::storage, "a version key does not decode");
    if ((more = done++ == std::max(r.keys_max, 1U))) break;
    std::string prefix(stored->prefix);
    if (auto ok = forget_key(prefix); !ok) return tl::unexpected(ok.error());
    cursor->seek(after_versions(prefix));
  }
  if (auto ok = cursor->status(); !ok) return refuse(errc::storage, ok.error().text());
  raise_floor(r.prefix, mark_.current + 1);
  return more ? mark_.current : revision{0};
}

} // namespace troupe::storage::mvcc
