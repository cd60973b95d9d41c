#pragma once
#include "storage/mvcc/types.hpp"

namespace troupe::tools::store {

/// Edits a key of a backup for a group of which `member` is the only one: the records of all other control-plane nodes
/// say that they were removed, because what they hold is another history. They join again as new nodes; workers stay.
void remove_former_member(std::uint64_t member, storage::mvcc::key_value& kv);

} // namespace troupe::tools::store
