#include "storage/engine/checksum.hpp"
#include "storage/mvcc/families.hpp"
#include "storage/mvcc/state.hpp"

namespace troupe::storage::mvcc {

namespace {

engine::failure damaged(std::string detail) {
  return engine::failure(engine::error{engine::errc::damaged, "key-value state: " + std::move(detail)});
}

/// Removes what the version at `at` replaced, and the version itself if it is a removal before the compaction.
engine::result<void> scrub_key(const engine::engine& store, std::string_view key, version_at at, revision compacted,
                               engine::batch& out) {
  auto prefix = version_prefix(key);
  engine::scan_options o;
  o.lower = prefix;
  o.one_prefix = true;
  auto cursor = store.scan(kv_family, o);
  for (cursor->seek(version_key(prefix, at)); cursor->valid(); cursor->next()) {
    auto stored = parse_version(cursor->key());
    if (!stored || stored->prefix != prefix) break;
    if (stored->at != at) {
      out.remove(kv_family, cursor->key());
      continue;
    }
    auto record = decode_record(cursor->value());
    if (!record) return damaged("a version does not decode");
    // A removal at the compaction itself stays until the next one: a watch may still start there.
    if (record->removal && at.main < compacted) out.remove(kv_family, cursor->key());
  }
  return cursor->status();
}

} // namespace

engine::result<bool> state::scrub(std::size_t versions_max) {
  if (mark_.scrubbed.main >= mark_.compacted) return false;
  if (auto ok = commit(); !ok) return tl::unexpected(ok.error());
  engine::batch out;
  auto cursor = store_->scan(revision_family, {});
  auto next = mark_.scrubbed;
  bool more = false;
  std::size_t done = 0;
  for (cursor->seek(revision_key(next)); cursor->valid(); cursor->next(), ++done) {
    auto at = parse_revision(cursor->key());
    if (!at) return damaged("a revision key does not decode");
    if (at->main > mark_.compacted) break;
    next = *at;
    if (done >= versions_max) {
      more = true;
      break;
    }
    auto ok = scrub_key(*store_, cursor->value(), *at, mark_.compacted, out);
    if (!ok) return tl::unexpected(ok.error());
    if (at->main < mark_.compacted) out.remove(revision_family, cursor->key());
  }
  if (auto ok = cursor->status(); !ok) return tl::unexpected(ok.error());
  mark_.scrubbed = more ? next : version_at{mark_.compacted, 0};
  write_mark(out);
  if (auto ok = store_->write(out, engine::durability::deferred); !ok) return tl::unexpected(ok.error());
  return more;
}

engine::result<std::uint32_t> state_hash(const engine::view& store, revision at, revision compacted) {
  std::uint32_t hash = 0;
  auto cursor = store.scan(kv_family, {});
  std::string prefix;
  bool hidden = false; // The newest version at or below the compaction was seen: older ones do not count.
  for (cursor->seek({}); cursor->valid(); cursor->next()) {
    auto stored = parse_version(cursor->key());
    if (!stored) return damaged("a version key does not decode");
    if (stored->prefix != prefix) {
      prefix = stored->prefix;
      hidden = false;
    }
    if (stored->at.main > at || hidden) continue;
    hidden = stored->at.main <= compacted;
    auto record = decode_record(cursor->value());
    if (!record) return damaged("a version does not decode");
    if (record->removal && stored->at.main < compacted) continue;
    hash = engine::crc32c(cursor->value(), engine::crc32c(cursor->key(), hash));
  }
  if (auto ok = cursor->status(); !ok) return tl::unexpected(ok.error());
  return hash;
}

} // namespace troupe::storage::mvcc
