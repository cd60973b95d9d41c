#include "storage/mvcc/state.hpp"
#include "storage/mvcc/codec.hpp"
#include "storage/mvcc/families.hpp"

namespace troupe::storage::mvcc {

namespace {

engine::failure damaged(std::string detail) {
  return engine::failure(engine::error{engine::errc::damaged, "key-value state: " + std::move(detail)});
}

} // namespace

std::vector<engine::family_options> state::families() {
  return {{"kv", version_suffix_bytes}, {"revisions"}, {"leases"}, {"meta"}};
}

engine::result<std::unique_ptr<state>> state::open(std::shared_ptr<engine::engine> store, state_config config) {
  std::unique_ptr<state> self(new state(std::move(store), config));
  if (auto ok = self->load(); !ok) return tl::unexpected(ok.error());
  self->durable_ = self->mark_.index; // What a fresh engine shows has survived.
  return self;
}

engine::result<void> state::reload() {
  changes_.clear();
  pending_.clear();
  leases_.clear();
  fences_.clear();
  floors_.clear();
  mark_ = {};
  dirty_ = false;
  recent_ = recent_versions(config_.recent_bytes);
  return load();
}

engine::result<void> state::load() {
  auto stored = store_->find(meta_family, mark_key);
  if (!stored) return tl::unexpected(stored.error());
  if (*stored) {
    auto m = decode_mark(**stored);
    if (!m) return tl::unexpected(m.error());
    mark_ = *m;
  }
  // The mark and the versions are written together: a version beyond the mark means that they come apart.
  auto cursor = store_->scan(revision_family, {});
  cursor->seek_last();
  if (cursor->valid()) {
    auto at = parse_revision(cursor->key());
    if (!at || at->main > mark_.current) return damaged("versions beyond the mark");
  }
  if (auto ok = cursor->status(); !ok) return ok;
  if (auto ok = load_placement(); !ok) return ok;
  return load_leases();
}

engine::result<void> state::load_leases() {
  auto cursor = store_->scan(lease_family, {});
  for (cursor->seek({}); cursor->valid(); cursor->next()) {
    auto key = cursor->key();
    if (key.size() < 8) return damaged("a lease does not decode");
    auto id = parse_lease(key);
    if (key.size() == 8) {
      reader in(cursor->value());
      leases_[id].ttl_seconds = in.signed_number();
      if (!in.done()) return damaged("a lease does not decode");
    } else if (auto it = leases_.find(id); it != leases_.end()) {
      it->second.keys.emplace(key.substr(8));
    } else {
      return damaged("a key is attached to a lease that does not exist");
    }
  }
  return cursor->status();
}

void state::write_mark(engine::batch& out) const { out.put(meta_family, mark_key, encode(mark_)); }

void state::skip(std::uint64_t index, std::uint64_t term) {
  mark_.index = index;
  mark_.term = term;
  dirty_ = true;
}

engine::result<void> state::commit() {
  if (!dirty_) return {};
  write_mark(changes_);
  auto ok = store_->write(changes_, engine::durability::deferred);
  changes_.clear();
  pending_.clear();
  dirty_ = false;
  if (!ok) return ok;
  constexpr std::uint64_t spacing = 64; // Entries between checkpoints: the log keeps at most so many too many.
  if (checkpoints_.empty() || mark_.index >= checkpoints_.back().index + spacing)
    checkpoints_.push_back({store_->sequence(), mark_.index});
  return {};
}

std::uint64_t state::durable_index() {
  auto flushed = store_->flushed_sequence();
  for (; !checkpoints_.empty() && checkpoints_.front().sequence <= flushed; checkpoints_.pop_front())
    durable_ = checkpoints_.front().index;
  return durable_;
}

result<key_value_ptr> state::find_newest(const std::string& key) const {
  if (auto known = recent_.find(key)) return *known;
  if (auto it = pending_.find(key); it != pending_.end()) return it->second;
  auto prefix = version_prefix(key);
  engine::scan_options o;
  o.lower = prefix;
  o.one_prefix = true;
  auto cursor = store_->scan(kv_family, o);
  cursor->seek(version_key(prefix, {mark_.current, newest_sub}));
  key_value_ptr found;
  if (cursor->valid()) {
    auto stored = parse_version(cursor->key());
    if (!stored) return failure(error{errc::storage, "a version key does not decode"});
    if (stored->prefix == prefix) {
      auto record = decode_record(cursor->value());
      if (!record) return failure(error{errc::storage, "a version does not decode"});
      if (!record->removal) found = materialize({stored->prefix, stored->at, *record, nullptr}, true);
    }
  } else if (auto ok = cursor->status(); !ok) {
    return failure(error{errc::storage, ok.error().text()});
  }
  recent_.put(key, found);
  return found;
}

key_value_ptr state::materialize(const live& v, bool with_value) {
  if (v.ready && with_value) return v.ready;
  auto kv = std::make_shared<key_value>();
  if (v.ready) {
    *kv = *v.ready;
    kv->value = nullptr;
    return kv;
  }
  kv->key = unescaped(v.prefix);
  kv->mod_revision = v.at.main;
  kv->create_revision = v.record.create_revision;
  kv->version = v.record.version;
  kv->lease = v.record.lease;
  if (with_value) kv->value = make_bytes(std::string(v.record.value));
  return kv;
}

} // namespace troupe::storage::mvcc
