#pragma once
#include "net/discovery/interfaces.hpp"
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace troupe::net::discovery {

struct search_config {
  group where;
  std::chrono::milliseconds repeat{500}; ///< from query to query
  std::chrono::milliseconds limit{30'000};
};

/// Sees a datagram that came back, with its sender; how much longer to listen from now on, if that is decided.
using answer_taker =
  std::function<std::optional<std::chrono::milliseconds>(std::string_view datagram, const std::string& from)>;
/// Sends what `make_query` gives to the group, on each interface another one, again and again, and hands every datagram
/// that comes back to `take`. Blocks until that says that it is enough, at most for the limit. How many queries went
/// out; none if no interface does multicast. The error is a sentence.
[[nodiscard]] tl::expected<std::size_t, std::string>
search(const search_config& config, const std::function<std::string()>& make_query, const answer_taker& take);

} // namespace troupe::net::discovery
