#pragma once
#include "tools/bench/api_client.hpp"
#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace troupe::tools::bench {

/// A watch whose events wait in a queue, each with the time at which it was read from the connection. Begins with what
/// is there, and begins again after the server ended it: the same object may come twice.
class event_feed {
public:
  using clock = std::chrono::steady_clock;
  struct event {
    clock::time_point at;
    std::string type; ///< ADDED, MODIFIED, DELETED
    api::json::object object;
  };

  /// `path` with a query that has no "watch" yet. `api` must outlive the feed.
  event_feed(api_client& api, std::string path);
  ~event_feed();
  /// Blocks until there is an event or the time has come.
  [[nodiscard]] std::optional<event> next(clock::time_point limit);
  /// Why the watch was refused; empty if it was not.
  [[nodiscard]] std::string refusal() const;

private:
  struct shared;
  void open();
  api_client& api_;
  std::string path_;
  std::shared_ptr<shared> shared_;
  std::unique_ptr<api_client::watch> watch_;
};

} // namespace troupe::tools::bench
