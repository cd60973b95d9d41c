#pragma once
#include "storage/mvcc/placement.hpp"

namespace troupe::storage::mvcc {

/// Ends a lease and removes its keys, in one revision. Expiry is this command, proposed by the leader.
struct lease_revoke_request { lease_id id = 0; };
/// Forgets the history before `at`.
struct compact_request { revision at = 0; };

/// What a log entry asks of the state.
using command =
  std::variant<txn_request, lease_grant_request, lease_revoke_request, compact_request, placement_request>;

/// First byte of an encoded command. An entry with a higher one was written by a newer program: the member stops
/// instead of applying something else than its peers. Placement is the one verb that came with version 2; the others
/// are still written as 1, so that members of both programs can work together.
inline constexpr std::uint8_t command_version = 2;

/// The data of a log entry.
[[nodiscard]] std::string encode(const command& c);
/// Without a copy of the request into a variant first.
[[nodiscard]] std::string encode(const txn_request& txn);
[[nodiscard]] result<command> decode_command(std::string_view data);

} // namespace troupe::storage::mvcc
