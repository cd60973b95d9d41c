#pragma once
#include "net/process/fd.hpp"
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

/// Small files of the runtime's state. All calls block for the disk.
namespace troupe::actors::runtime::files {

using outcome = tl::expected<void, std::string>;

[[nodiscard]] std::optional<std::string> read(const std::string& path, std::size_t limit = 64 * 1024 * 1024);
/// Replaces the file so that readers see the old or the new content, never a part.
[[nodiscard]] outcome write(const std::string& path, std::string_view content, unsigned mode = 0600);
/// Writes to an existing control file in one call.
[[nodiscard]] outcome put(const std::string& path, std::string_view content);
[[nodiscard]] outcome make_directories(const std::string& path, unsigned mode = 0755);
/// Removes a tree; fine if it is not there. Does not cross into mounts: they make it fail.
[[nodiscard]] outcome remove_tree(const std::string& path);
/// Names in a directory, without "." and "..", sorted; empty if it is not there.
[[nodiscard]] std::vector<std::string> names(const std::string& path);
[[nodiscard]] bool exists(const std::string& path);
/// Seconds and microseconds of the last change, in microseconds since 1970; 0 if it is not there.
[[nodiscard]] std::int64_t modified_us(const std::string& path);

/// Opens a file below `root` as a process would whose root directory it is: links and ".." do not lead out.
[[nodiscard]] net::process::fd open_in_root(const std::string& root, const std::string& path, int flags);
/// At most `limit` bytes of a file below `root`; empty if it is not there or not a regular file.
[[nodiscard]] std::string read_in_root(const std::string& root, const std::string& path, std::size_t limit);

/// Whether bytes lie in a pipe, socket or terminal that a read would give at once.
[[nodiscard]] bool has_bytes(int descriptor);

/// Text of errno after `what`.
[[nodiscard]] tl::unexpected<std::string> failure(std::string_view what);

} // namespace troupe::actors::runtime::files
