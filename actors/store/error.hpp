#pragma once
#include "actors/base/error.hpp"
#include "storage/mvcc/types.hpp"
#include "storage/raft/types.hpp"
#include <optional>

/// The store's refusals as messages: a code of actors/base, a sentence, and the details below.
namespace troupe::actors::store {

[[nodiscard]] caf::error to_error(const storage::mvcc::error& e);
[[nodiscard]] caf::error to_error(const storage::raft::error& e);

/// Of an error `compacted`: the oldest revision that can still be asked for; else 0.
[[nodiscard]] storage::mvcc::revision compact_revision_of(const caf::error& e);
/// Of an error `not_leader`: who leads, if known.
[[nodiscard]] std::optional<storage::raft::server_id> leader_of(const caf::error& e);
/// The exact reason of a refused command, for fronts that tell more than Kubernetes does.
[[nodiscard]] std::optional<storage::mvcc::errc> reason_of(const caf::error& e);

} // namespace troupe::actors::store
