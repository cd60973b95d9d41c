#pragma once
#include "actors/streams/interface.hpp"
#include <algorithm>
#include <deque>
#include <optional>
#include <string>

namespace troupe::actors::streams {

/// What flows to the other end of a session. A source that was told to pause still delivers what was under way: it
/// waits here until the credit covers it.
class outgoing {
public:
  void push(std::string bytes) {
    if (!bytes.empty()) queue_.push_back(std::move(bytes));
  }
  /// The other end has passed on so many bytes.
  void grant(std::uint32_t bytes) { credit_ += bytes; }

  /// The next message to send, at most `chunk_limit` bytes; none when all was sent or the credit is used up.
  [[nodiscard]] std::optional<std::string> next() {
    if (queue_.empty() || credit_ == 0) return std::nullopt;
    auto& front = queue_.front();
    auto size = std::min({front.size() - at_, chunk_limit, static_cast<std::size_t>(credit_)});
    auto out = front.substr(at_, size);
    credit_ -= size;
    at_ += size;
    if (at_ == front.size()) {
      queue_.pop_front();
      at_ = 0;
    }
    return out;
  }

  /// Nothing waits.
  [[nodiscard]] bool empty() const { return queue_.empty(); }
  /// The source should pause.
  [[nodiscard]] bool full() const { return !queue_.empty() || credit_ == 0; }

private:
  std::deque<std::string> queue_;
  std::size_t at_ = 0; ///< of the front: where the unsent bytes begin
  std::uint64_t credit_ = initial_credit;
};

} // namespace troupe::actors::streams
