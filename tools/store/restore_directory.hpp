#pragma once
#include "storage/backup/restore.hpp"

namespace troupe::tools::store {

/// Makes the directory of a shard (`actors::store::open_shard` opens it) from a backup that was verified. The target
/// must not exist or be empty; after an error nothing of it is left. The error is a sentence.
[[nodiscard]] tl::expected<storage::backup::summary, std::string>
restore_directory(storage::backup::reader& from, const std::string& target,
                  const storage::backup::restore_config& config);

} // namespace troupe::tools::store
