#pragma once
#include "policies/queueing/clock.hpp"
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace troupe::policies::queueing {

/// Keys that become due later. One entry a key: of two times the earlier one counts.
template <class Key> class delaying_queue {
public:
  void add(const Key& key, instant when) {
    auto [at, added] = due_.try_emplace(key, when);
    if (!added) {
      if (at->second <= when) return;
      order_.erase({at->second, key});
      at->second = when;
    }
    order_.insert({when, key});
  }

  /// Removes and gives the keys that are due, earliest first.
  [[nodiscard]] std::vector<Key> take_due(instant now) {
    std::vector<Key> out;
    while (!order_.empty() && order_.begin()->first <= now) {
      auto entry = order_.extract(order_.begin());
      due_.erase(entry.value().second);
      out.push_back(std::move(entry.value().second));
    }
    return out;
  }

  void erase(const Key& key) {
    if (auto found = due_.find(key); found != due_.end()) {
      order_.erase({found->second, key});
      due_.erase(found);
    }
  }

  /// When the next key becomes due; empty if there is none.
  [[nodiscard]] std::optional<instant> next() const {
    return order_.empty() ? std::nullopt : std::optional(order_.begin()->first);
  }
  [[nodiscard]] std::size_t size() const noexcept { return due_.size(); }

private:
  std::map<Key, instant> due_;
  std::set<std::pair<instant, Key>> order_;
};

} // namespace troupe::policies::queueing
