#pragma once
#include "actors/runtime/messages.hpp"
#include "policies/oci/config.hpp"
#include "policies/oci/image.hpp"
#include "policies/oci/reference.hpp"
#include <mutex>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace troupe::actors::runtime {

/// An image with all of its layers unpacked.
struct stored_image {
  std::string id;                   ///< digest of the configuration
  std::vector<std::string> tags;    ///< full names with a tag
  std::vector<std::string> digests; ///< full names with a digest
  std::vector<std::string> layers;  ///< digests of the unpacked layers, lowest first
  std::uint64_t size_bytes = 0;
  std::vector<std::string> entrypoint, cmd, env, volumes;
  std::string working_dir, user, stop_signal;

  [[nodiscard]] policies::oci::image_config run() const;
  [[nodiscard]] image_info info() const;
};

/// Images on disk:
///
///   index.json      what there is; replaced as a whole
///   l/<20 hex>/     one unpacked layer each, ready to be a lower directory of an overlay; named by its digest
///   tmp/            work in progress: <pid>-<n>, and layers by their short name
///
/// All calls block. Threads and processes may share one store: changes take the lock file.
class image_store {
public:
  using names = std::vector<std::string>;
  explicit image_store(std::string directory);

  /// Loads an OCI layout (directory or tar archive) or docker's save archive. All digests are checked.
  [[nodiscard]] tl::expected<names, std::string> load(const std::string& path);
  /// Fetches from a registry. Errors are texts as in `policies/oci/pull_error.hpp`.
  [[nodiscard]] tl::expected<stored_image, std::string> pull(const pull_request& request);
  [[nodiscard]] std::vector<stored_image> list() const;
  /// By full or short name, name with digest, id, or the id's first digits.
  [[nodiscard]] std::optional<stored_image> find(const std::string& text) const;
  /// Forgets a name or, by id, an image; layers that nothing uses go with the last one.
  [[nodiscard]] tl::expected<void, std::string> remove(const std::string& text);
  [[nodiscard]] disk_usage usage() const;
  /// Removes what processes that are gone left unfinished.
  void clean();

  /// Directory that the layers' short names are relative to, and the short name of a layer.
  [[nodiscard]] std::string layer_root() const { return directory_ + "/l"; }
  [[nodiscard]] static std::string layer_name(const std::string& diff_id);

  /// One image to be stored, with its files at hand.
  struct source {
    std::string config;                   ///< content
    std::vector<std::string> layer_files; ///< lowest first
    names layer_digests;                  ///< of the files as they are; empty: unknown
    names tags, digests;
  };
  [[nodiscard]] tl::expected<stored_image, std::string> add(const source& from);

private:
  class lock;
  tl::expected<names, std::string> load_layout(const std::string& directory);
  tl::expected<names, std::string> load_saved(const std::string& directory);
  tl::expected<source, std::string> read_layout(const std::string& directory, const policies::oci::descriptor& at);
  tl::expected<void, std::string> write_index(const std::vector<stored_image>& all);
  void drop_unused_layers(const std::vector<stored_image>& all);

  std::string directory_;
};

/// sha256 as "sha256:…".
[[nodiscard]] std::string digest_of(std::string_view bytes);

/// Unpacks a layer archive, in any compression, into an empty directory as an overlay's lower directory, and answers
/// the size of the file. Nothing is written outside of it, whatever the archive says. Empty digests are not checked.
[[nodiscard]] tl::expected<std::uint64_t, std::string> unpack_layer(const std::string& file,
                                                                    const std::string& file_digest,
                                                                    const std::string& diff_id,
                                                                    const std::string& directory);
/// Unpacks the regular files of a tar archive that holds an image, in any compression.
[[nodiscard]] tl::expected<void, std::string> unpack_archive(const std::string& file, const std::string& directory);

} // namespace troupe::actors::runtime
