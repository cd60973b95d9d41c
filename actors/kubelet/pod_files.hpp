#pragma once
#include "actors/kubelet/disk.hpp"
#include <string>

/// The file work behind the disk actor. All functions block. They throw std::runtime_error with a text for the user.
namespace troupe::actors::kubelet {

/// Makes the volume, or brings its content up to date.
void make_volume(const volume_order& order, std::int64_t group, api::time_point now);
/// Replaces the files of a content volume by the steps of policies/node/atomic_layout.
void write_content(const std::string& root, const policies::node::volume_files& files, std::int64_t group,
                   api::time_point now);
/// Resolves the sub paths of a container's mounts, making directories that are missing. Where the process may mount, a
/// sub path is pinned by a bind mount below `pins`, so that a container cannot swap it for a link afterwards.
[[nodiscard]] resolved_mounts resolve_mounts(const std::vector<policies::node::planned_mount>& mounts,
                                             const std::string& pins);
/// A tmpfs of at most `size_limit` bytes (0: half of the memory) at an existing directory; nothing if one is there.
/// False where the process must not mount.
bool mount_tmpfs(const std::string& path, std::int64_t size_limit);
/// Whether the files below a directory take more room on the disk than that many bytes. Stops as soon as it knows; does
/// not cross into mounts and counts a file with several names once.
[[nodiscard]] bool takes_more_than(const std::string& directory, std::int64_t bytes);
/// Unmounts all below a directory and removes it. Never deletes through a mount that could not be taken off.
void remove_tree(const std::string& path);
/// Writes a small file with its parents, by rename unless it is there already: containers may have bound it.
void write_file(const std::string& path, const std::string& bytes, std::uint32_t mode);

} // namespace troupe::actors::kubelet
