#pragma once
#include "policies/api/time.hpp"
#include "policies/node/event.hpp"
#include <cstdint>
#include <list>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>

namespace troupe::policies::node {

/// A core/v1 Event to write.
struct event_write {
  bool repeat = false;  ///< the Event is there already: patch it with `event_patch`, create it only if it is gone
  api::json::object event;
};

/// Merge patch that brings an existing Event to the count, time and message of `event`.
[[nodiscard]] api::json::object event_patch(const api::json::object& event);

/// Folds equal events into one with a count, and similar ones into a combined one, and holds back objects that spam, as
/// client-go's EventCorrelator: after 10 different messages of one reason within 10 minutes the rest is combined; one
/// object of one source gets 25 events at once and one more every 5 minutes. Remembers at most 4096 of each.
class event_correlator {
public:
  /// What to write for `e`; empty if it is held back. Names are unique for as long as `now` does not jump back.
  [[nodiscard]] std::optional<event_write> observe(const event& e, api::time_point now);

private:
  struct seen {
    std::string name;         ///< of the Event object
    api::time_point first;
    std::int64_t count = 0;
  };
  struct similar {
    std::set<std::string> messages;
    api::time_point last;
  };
  struct bucket {
    double tokens = 0;
    api::time_point filled;
  };
  /// Map that forgets the entry that was not used for longest.
  template <class T> struct recent {
    std::list<std::pair<std::string, T>> order;
    std::unordered_map<std::string, typename std::list<std::pair<std::string, T>>::iterator> index;
    T& at(const std::string& key);
  };

  bool allowed(const std::string& key, api::time_point now);
  bool combined(const std::string& key, const std::string& message, api::time_point now);

  recent<seen> seen_;
  recent<similar> similar_;
  recent<bucket> buckets_;
  std::uint64_t written_ = 0;
};

} // namespace troupe::policies::node
