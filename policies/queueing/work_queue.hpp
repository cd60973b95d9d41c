#pragma once
#include <cstddef>
#include <deque>
#include <optional>
#include <set>
#include <utility>

namespace troupe::policies::queueing {

/// The deduplicating queue of controllers, with the contract of client-go's workqueue: keys come out in the order of
/// their first adding, a key that is added many times before it is taken comes out once, no key is in work twice at the
/// same time, and a key that is added while in work comes out again after it is done.
///
/// Invariants: `waiting_` holds exactly the keys that are dirty and not in work; each key of it once.
template <class Key> class work_queue {
public:
  /// Marks the key as needing work. True if it was not marked already.
  bool add(const Key& key) {
    if (!dirty_.insert(key).second) return false;
    if (!in_work_.contains(key)) waiting_.push_back(key);
    return true;
  }

  /// The next key, now in work until `done`; empty if none waits.
  [[nodiscard]] std::optional<Key> take() {
    if (waiting_.empty()) return std::nullopt;
    Key key = std::move(waiting_.front());
    waiting_.pop_front();
    dirty_.erase(key);
    in_work_.insert(key);
    return key;
  }

  /// Ends the work on a key; it waits again if it was added meanwhile. A key that is not in work is ignored.
  void done(const Key& key) {
    if (in_work_.erase(key) != 0 && dirty_.contains(key)) waiting_.push_back(key);
  }

  /// Number of keys that `take` would hand out.
  [[nodiscard]] std::size_t size() const noexcept { return waiting_.size(); }
  [[nodiscard]] std::size_t in_work() const noexcept { return in_work_.size(); }
  [[nodiscard]] bool idle() const noexcept { return waiting_.empty() && in_work_.empty(); }

private:
  std::deque<Key> waiting_;
  std::set<Key> dirty_;
  std::set<Key> in_work_;
};

} // namespace troupe::policies::queueing
