#pragma once
#include "actors/runtime/messages.hpp"
#include "policies/oci/cgroup.hpp"
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace troupe::actors::runtime {

/// The control groups of a machine, version 1 or 2, below a mount point that tests replace.
class cgroups {
public:
  using outcome = tl::expected<void, std::string>;
  explicit cgroups(std::string mount = "/sys/fs/cgroup");

  [[nodiscard]] policies::oci::cgroup_version version() const noexcept { return version_; }
  /// Makes a group in every hierarchy and sets its limits.
  [[nodiscard]] outcome make(const std::string& path, const policies::oci::resources& limits) const;
  /// Puts a process into the group.
  [[nodiscard]] outcome enter(const std::string& path, int pid) const;
  [[nodiscard]] std::vector<int> processes(const std::string& path) const;
  [[nodiscard]] usage read(const std::string& path) const;
  /// How many processes of the group the kernel killed for lack of memory.
  [[nodiscard]] std::uint64_t oom_kills(const std::string& path) const;
  /// Removes the group and all below it, in every hierarchy; answers the directories that stay.
  [[nodiscard]] std::vector<std::string> remove(const std::string& path) const;

private:
  [[nodiscard]] std::string file(std::string_view controller, const std::string& path, std::string_view name) const;

  std::string mount_;
  policies::oci::cgroup_version version_;
  std::vector<std::string> hierarchies_; ///< directories of the mounted hierarchies
};

} // namespace troupe::actors::runtime
