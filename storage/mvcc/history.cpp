#include "storage/mvcc/families.hpp"
#include "storage/mvcc/state.hpp"

namespace troupe::storage::mvcc {

namespace {
failure storage_error(std::string detail) { return failure(error{errc::storage, std::move(detail)}); }
} // namespace

result<event> state::read_event(const std::string& key, version_at at, bool prev_kv) const {
  auto prefix = version_prefix(key);
  engine::scan_options o;
  o.lower = prefix;
  o.one_prefix = true;
  auto cursor = store_->scan(kv_family, o);
  auto wanted = version_key(prefix, at);
  cursor->seek(wanted);
  if (!cursor->valid() || cursor->key() != wanted) return storage_error("a version in the history is missing");
  auto record = decode_record(cursor->value());
  if (!record) return storage_error("a version does not decode");
  event out;
  if (record->removal) {
    auto kv = std::make_shared<key_value>();
    kv->key = key;
    kv->mod_revision = at.main;
    out = {event_type::removal, std::move(kv), nullptr};
  } else {
    out = {event_type::put, materialize({prefix, at, *record, nullptr}, true), nullptr};
  }
  if (!prev_kv || at.main <= mark_.compacted) return out; // What came before may be scrubbed already.
  cursor->next();
  if (!cursor->valid()) return out;
  auto before = parse_version(cursor->key());
  if (!before || before->prefix != prefix) return out;
  auto old = decode_record(cursor->value());
  if (!old) return storage_error("a version does not decode");
  if (!old->removal) out.prev_kv = materialize({prefix, before->at, *old, nullptr}, true);
  return out;
}

result<history_page> state::history(const key_range& keys, revision from, bool prev_kv,
                                    const history_limits& limits) const {
  if (auto first = readable_from(keys); from < first) return failure(error{errc::compacted, {}, first});
  history_page page;
  page.upto = from - 1;
  auto cursor = store_->scan(revision_family, {});
  std::size_t looked_at = 0;
  for (cursor->seek(revision_key({from, 0})); cursor->valid(); cursor->next(), ++looked_at) {
    auto at = parse_revision(cursor->key());
    if (!at) return storage_error("a revision key does not decode");
    if (at->sub == 0) { // All of the revision before has been seen: a page may end here.
      page.upto = std::max(page.upto, at->main - 1);
      if (page.events.size() >= limits.events_max || looked_at >= limits.scan_max) return page;
    }
    std::string key(cursor->value());
    if (!keys.contains(key)) continue;
    auto e = read_event(key, *at, prev_kv);
    if (!e) return tl::unexpected(e.error());
    page.events.push_back(std::move(*e));
  }
  if (auto ok = cursor->status(); !ok) return storage_error(ok.error().text());
  page.upto = std::max(page.upto, mark_.current);
  return page;
}

} // namespace troupe::storage::mvcc
