#include "actors/watch_cache/history.hpp"
#include <algorithm>

namespace troupe::actors::watch_cache {

namespace mvcc = storage::mvcc;

void history::load(const std::vector<mvcc::key_value_ptr>& kvs, std::int64_t revision) {
  objects_.clear();
  events_.clear();
  for (auto& kv : kvs)
    if (auto object = api::object::parse(*kv->value, kv->mod_revision))
      objects_.insert_or_assign(api::parse_storage_key(type_, kv->key), object_handle{std::move(object)});
  revision_ = oldest_ = revision;
}

void history::apply(const std::vector<mvcc::event>& events, std::int64_t revision) {
  for (auto& e : events) apply_one(e);
  revision_ = std::max(revision_, revision);
  while (events_.size() > capacity_) {
    oldest_ = events_.front()->revision;
    events_.pop_front();
  }
}

void history::apply_one(const mvcc::event& e) {
  auto key = api::parse_storage_key(type_, e.kv->key);
  auto at = objects_.find(key);
  object_handle before = at == objects_.end() ? object_handle{} : at->second;
  if (e.type == mvcc::event_type::removal) {
    if (!before) return;
    // Watchers see the last state under the revision of its removal (API concepts, watch).
    object_handle last{api::object::make(api::json::object(before->body()), e.kv->mod_revision)};
    objects_.erase(at);
    events_.push_back(std::make_shared<const cached_event>(event_type::removed, std::move(before), std::move(last),
                                                           e.kv->mod_revision));
    return;
  }
  object_handle after{api::object::parse(*e.kv->value, e.kv->mod_revision)};
  if (!after) return; // Not written by an API server; nothing can be shown of it.
  auto kind = before ? event_type::modified : event_type::added;
  if (at == objects_.end())
    objects_.emplace(std::move(key), after);
  else
    at->second = after;
  events_.push_back(
      std::make_shared<const cached_event>(kind, std::move(before), std::move(after), e.kv->mod_revision));
}

object_handle history::find(const api::object_key& key) const {
  auto at = objects_.find(key);
  return at == objects_.end() ? object_handle{} : at->second;
}

std::vector<object_handle> history::list(const scope& where) const {
  std::vector<object_handle> out;
  if (!where.ns.empty() && !where.name.empty()) {
    if (auto one = find({where.ns, where.name})) out.push_back(std::move(one));
    return out;
  }
  if (where.ns.empty() && where.name.empty()) out.reserve(objects_.size());
  for (auto at = objects_.lower_bound({where.ns, ""}); at != objects_.end(); ++at) {
    if (!where.ns.empty() && at->first.ns != where.ns) break;
    if (where.name.empty() || at->first.name == where.name) out.push_back(at->second);
  }
  return out;
}

std::vector<cached_event_ptr> history::after(std::int64_t& revision, const scope& where, std::size_t limit) const {
  std::vector<cached_event_ptr> out;
  auto at = std::upper_bound(events_.begin(), events_.end(), revision,
                             [](std::int64_t r, const cached_event_ptr& e) { return r < e->revision; });
  for (; at != events_.end(); ++at) {
    // A transaction may change several objects: its events leave together, or a watch resumed between them loses some.
    if (out.size() >= limit && (*at)->revision != revision) return out;
    revision = (*at)->revision;
    if (where.contains(*(*at)->after)) out.push_back(*at);
  }
  revision = std::max(revision, revision_);
  return out;
}

} // namespace troupe::actors::watch_cache
