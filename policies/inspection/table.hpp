#pragma once
#include "policies/inspection/tree.hpp"

namespace troupe::policies::inspection {

using cells = std::vector<std::vector<std::string>>;

/// "870ns", "12µs", "3.4ms", "2.1s", "5m", "3h", "12d": two digits at least, three at most.
[[nodiscard]] std::string short_duration(std::uint64_t ns);
/// "512B", "3.4Ki", "120Mi"
[[nodiscard]] std::string short_bytes(std::uint64_t bytes);

/// The first row is the head.
[[nodiscard]] cells tree_table(const std::vector<tree_row>& rows);
[[nodiscard]] cells top_table(const std::vector<actor_row>& rows);

/// Columns of equal width, two spaces apart, as wide as they look: text may be UTF-8.
[[nodiscard]] std::string rendered(const cells& rows);

} // namespace troupe::policies::inspection
