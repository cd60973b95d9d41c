#include "storage/mvcc/state.hpp"
#include <algorithm>

namespace troupe::storage::mvcc {

namespace {

failure refuse(errc code) { return failure(error{code, {}}); }

result<void> check(const put_request& r) {
  if (r.key.empty()) return refuse(errc::empty_key);
  if (r.ignore_value && r.value && !r.value->empty()) return refuse(errc::value_provided);
  if (r.ignore_lease && r.lease != 0) return refuse(errc::lease_provided);
  return {};
}

/// What a list of operations changes. Follows etcd's `checkIntervals`: deletions may overlap each other, and the two
/// branches of a nested transaction exclude each other.
struct changes {
  std::set<std::string> puts;
  std::vector<key_range> removals;
  [[nodiscard]] bool removes(const std::string& key) const {
    return std::any_of(removals.begin(), removals.end(), [&](auto& r) { return r.contains(key); });
  }
};

result<changes> changes_of(const std::vector<operation>& list) {
  changes all;
  for (auto& op : list)
    if (auto* r = std::get_if<delete_range_request>(&op)) all.removals.push_back(r->keys);
  for (auto& op : list) {
    auto* nested = std::get_if<std::shared_ptr<const txn_request>>(&op);
    if (nested == nullptr) continue;
    auto then = changes_of((*nested)->success), otherwise = changes_of((*nested)->failure);
    if (!then) return then;
    if (!otherwise) return otherwise;
    for (auto& key : then->puts)
      if (all.removes(key) || !all.puts.insert(key).second) return refuse(errc::duplicate_key);
    for (auto& key : otherwise->puts) {
      if (all.removes(key)) return refuse(errc::duplicate_key);
      if (!all.puts.insert(key).second && !then->puts.contains(key)) return refuse(errc::duplicate_key);
    }
    for (auto* side : {&*then, &*otherwise})
      all.removals.insert(all.removals.end(), side->removals.begin(), side->removals.end());
  }
  for (auto& op : list) {
    auto* r = std::get_if<put_request>(&op);
    if (r != nullptr && (all.removes(r->key) || !all.puts.insert(r->key).second)) return refuse(errc::duplicate_key);
  }
  return all;
}

result<void> check_shape(const txn_request& txn, std::size_t operations_max) {
  if (std::max({txn.compares.size(), txn.success.size(), txn.failure.size()}) > operations_max)
    return refuse(errc::too_many_operations);
  for (auto& c : txn.compares)
    if (c.keys.key.empty()) return refuse(errc::empty_key);
  for (auto* list : {&txn.success, &txn.failure}) {
    for (auto& op : *list) {
      result<void> ok;
      if (auto* range = std::get_if<range_request>(&op)) ok = mvcc::check(*range);
      else if (auto* put = std::get_if<put_request>(&op)) ok = check(*put);
      else if (auto* removal = std::get_if<delete_range_request>(&op)) {
        if (removal->keys.key.empty()) ok = refuse(errc::empty_key);
      } else {
        ok = check_shape(*std::get<3>(op), operations_max);
      }
      if (!ok) return ok;
    }
  }
  return {};
}

} // namespace

result<void> check(const range_request& r) {
  if (r.keys.key.empty()) return refuse(errc::empty_key);
  return {};
}

result<void> check(const txn_request& txn, std::size_t operations_max) {
  if (auto ok = check_shape(txn, operations_max); !ok) return ok;
  for (auto* list : {&txn.success, &txn.failure}) {
    if (list->size() < 2 && (list->empty() || list->front().index() != 3)) continue; // Nothing to collide with.
    if (auto ok = changes_of(*list); !ok) return tl::unexpected(ok.error());
  }
  return {};
}

} // namespace troupe::storage::mvcc
