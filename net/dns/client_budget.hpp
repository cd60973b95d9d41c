#pragma once
#include <cstddef>
#include <cstdint>
#include <map>

namespace troupe::net::dns {

/// Counts what each client has under way, so that none takes the place of all others.
class client_budget {
public:
  explicit client_budget(std::size_t each) : each_(each) {}

  /// One more for that client; false if it has as many as it may. What was taken must be given back.
  [[nodiscard]] bool take(std::uint32_t client);
  void give(std::uint32_t client);
  /// How many clients have something under way.
  [[nodiscard]] std::size_t clients() const noexcept { return taken_.size(); }

private:
  std::size_t each_;
  std::map<std::uint32_t, std::size_t> taken_; ///< never zero
};

} // namespace troupe::net::dns
