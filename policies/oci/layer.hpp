#pragma once
#include <optional>
#include <string>
#include <string_view>

/// Entries of layer archives (OCI image specification, "Image Layer Filesystem Changeset").
namespace troupe::policies::oci {

/// The entry's path relative to the root, without "." parts and doubled slashes: "./a//b/" is "a/b", the root is "".
/// Empty optional for one with ".." or a zero byte, which no honest archive has.
[[nodiscard]] std::optional<std::string> safe_path(std::string_view path);

enum class entry_kind {
  plain,    ///< to be made
  whiteout, ///< ".wh.<name>": <name> of the layers below is gone
  opaque,   ///< ".wh..wh..opq": nothing of the layers below is seen in this directory
  reserved, ///< other names that begin with ".wh..wh.": to be ignored
};

struct layer_entry {
  entry_kind kind = entry_kind::plain;
  std::string path; ///< of the file; for a whiteout of the file that is gone, for an opaque mark of the directory
};

/// What an entry with a safe path means.
[[nodiscard]] layer_entry classify(std::string_view safe);

} // namespace troupe::policies::oci
