#include "policies/api/object_table.hpp"

namespace troupe::api {

void object_table::unlink(const object& old) {
  auto* owner = old.controller_owner();
  auto group = owner ? by_owner_.find(string_at(*owner, {"uid"})) : by_owner_.end();
  if (group == by_owner_.end()) return;
  group->second.erase(old.key());
  if (group->second.empty()) by_owner_.erase(group);
}

void object_table::put(object_ptr object) {
  auto key = object->key();
  auto& slot = objects_[key];
  if (slot) unlink(*slot);
  slot = object;
  if (auto* owner = object->controller_owner())
    by_owner_[std::string(string_at(*owner, {"uid"}))][key] = std::move(object);
}

void object_table::erase(const object_key& key) {
  auto found = objects_.find(key);
  if (found == objects_.end()) return;
  unlink(*found->second);
  objects_.erase(found);
}

void object_table::clear() {
  objects_.clear();
  by_owner_.clear();
}

object_ptr object_table::find(const object_key& key) const {
  auto found = objects_.find(key);
  return found == objects_.end() ? nullptr : found->second;
}

std::vector<object_ptr> object_table::in_namespace(std::string_view ns) const {
  std::vector<object_ptr> out;
  for (auto at = objects_.lower_bound({std::string(ns), ""}); at != objects_.end() && at->first.ns == ns; ++at)
    out.push_back(at->second);
  return out;
}

std::vector<object_ptr> object_table::controlled_by(std::string_view owner_uid) const {
  std::vector<object_ptr> out;
  if (auto group = by_owner_.find(owner_uid); group != by_owner_.end())
    for (auto& [key, object] : group->second) out.push_back(object);
  return out;
}

} // namespace troupe::api
