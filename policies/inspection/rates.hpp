#pragma once
#include "policies/inspection/sample.hpp"
#include <optional>
#include <string_view>

namespace troupe::policies::inspection {

/// An actor with what two samples tell of it.
struct actor_row {
  std::uint64_t node = 0;
  std::string node_name;
  actor_sample actor;
  double per_second = 0; ///< messages handled
  double busy = 0;       ///< share of the time spent in handlers, of one thread
};

/// The rows of `after`, node by node. Rates are those since `before`; for an actor or a process that was not there
/// then, those of its whole life.
[[nodiscard]] std::vector<actor_row> rows_of(const std::vector<node_sample>& before,
                                             const std::vector<node_sample>& after);

enum class sort_key : std::uint8_t { busy, rate, mailbox, p99, handled, restarts, age, name };
inline constexpr std::string_view sort_keys[] = {"busy",    "rate",     "mailbox", "p99",
                                                 "handled", "restarts", "age",     "name"};
[[nodiscard]] std::optional<sort_key> parse_sort_key(std::string_view text);

/// The largest first, by name the first in the alphabet; equal ones by node and id.
void sort_rows(std::vector<actor_row>& rows, sort_key by);

/// A row as a document, with what the samples do not have.
[[nodiscard]] api::json::object document(const actor_row& r);

} // namespace troupe::policies::inspection
