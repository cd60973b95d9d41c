#pragma once
#include "policies/api/time.hpp"
#include "policies/node/volume.hpp"
#include <string>
#include <vector>

namespace troupe::policies::node {

/// How a content volume changes without readers seeing a mixture (Kubernetes' AtomicWriter): the files lie in a
/// directory of their own, "..data" is a link to it that is replaced by rename, and each top name is a link to
/// "..data/<name>".
struct atomic_write {
  std::string directory;                 ///< name of the new one: "..2026_11_22_16_00_00.123456000"
  std::vector<std::string> new_links;    ///< top names to link, after "..data" was replaced
  std::vector<std::string> stale_links;  ///< top names to remove, after that
};

/// The steps from the files that are there to those that shall be; empty if they are equal.
[[nodiscard]] std::optional<atomic_write> plan_atomic_write(const volume_files& present, const volume_files& wanted,
                                                            bool first, api::time_point now);

} // namespace troupe::policies::node
