#pragma once
#include "actors/watch_cache/interface.hpp"
#include <deque>
#include <map>
#include <optional>
#include <string_view>

namespace troupe::actors::watch_cache {

/// The objects of one type as the store's events build them, and the latest of these events. Knows no actor.
class history {
public:
  /// At most `capacity` events are kept.
  explicit history(api::group_resource type, std::size_t capacity) : type_(std::move(type)), capacity_(capacity) {}

  /// Starts anew from a range read at `revision`: older events are forgotten.
  void load(const std::vector<storage::mvcc::key_value_ptr>& kvs, std::int64_t revision);
  /// Takes over the store's events up to `revision`, in order.
  void apply(const std::vector<storage::mvcc::event>& events, std::int64_t revision);

  /// Everything up to here is in.
  [[nodiscard]] std::int64_t revision() const noexcept { return revision_; }
  /// A watch can resume after this revision or any later one.
  [[nodiscard]] std::int64_t oldest() const noexcept { return oldest_; }
  [[nodiscard]] object_handle find(const api::object_key& key) const;
  [[nodiscard]] std::vector<object_handle> list(const scope& where) const;
  /// Up to `limit` events after `revision` in scope. Moves `revision` to that of the last event looked at, or to
  /// the newest one if all were.
  [[nodiscard]] std::vector<cached_event_ptr> after(std::int64_t& revision, const scope& where,
                                                    std::size_t limit) const;

private:
  void apply_one(const storage::mvcc::event& e);

  api::group_resource type_;
  std::size_t capacity_;
  std::map<api::object_key, object_handle> objects_;
  std::deque<cached_event_ptr> events_; ///< by revision
  std::int64_t revision_ = 0;
  std::int64_t oldest_ = 0;
};

} // namespace troupe::actors::watch_cache
