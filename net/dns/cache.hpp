#pragma once
#include "net/dns/message.hpp"
#include <chrono>
#include <list>
#include <unordered_map>

namespace troupe::net::dns {

/// Answers of other servers for as long as they are valid (RFC 2308 for those that say no). Holds a bounded number, the
/// one that was used longest ago goes first. For one thread.
class cache {
public:
  using time = std::chrono::steady_clock::time_point;
  explicit cache(std::size_t entries_max) : max_(entries_max) {}

  /// Keeps the answer to its first question for its smallest time to live, at most an hour; failures and answers that
  /// are cut or have no validity are not kept.
  void put(const message& answer, time now);
  /// The answer with times to live reduced by its age.
  [[nodiscard]] std::optional<message> find(const question& q, time now);
  [[nodiscard]] std::size_t size() const noexcept { return order_.size(); }

private:
  struct entry {
    std::string key;
    message answer;
    time since, until;
  };
  std::size_t max_;
  std::list<entry> order_; ///< used last comes first
  std::unordered_map<std::string, std::list<entry>::iterator> index_;
};

} // namespace troupe::net::dns
