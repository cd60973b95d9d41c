#pragma once
#include "storage/engine/error.hpp"

namespace troupe::storage::engine {

/// Layout version of the whole data directory (docs/formats/storage.md). A higher one on disk is refused.
inline constexpr int directory_format = 1;

/// Sole ownership of a data directory, from `open` until the object goes.
///
/// A new directory is marked with a file CREATING until `complete` replaces it by FORMAT, so that a crash in between
/// is told from damage: nothing was promised to anybody yet, and the next open starts over.
class directory {
public:
  /// Opens, or creates if the path is missing or empty. Refuses: `foreign` (other files, no FORMAT), `damaged`
  /// (unreadable FORMAT), `newer_format`, `locked`.
  [[nodiscard]] static result<directory> open(const std::string& path);
  directory(directory&& other) noexcept;
  directory& operator=(directory&&) = delete;
  ~directory();

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  /// Nothing has been stored here yet.
  [[nodiscard]] bool fresh() const noexcept { return fresh_; }
  /// Declares a fresh directory usable: its databases exist now.
  [[nodiscard]] result<void> complete();

private:
  directory(std::string path, int lock, bool fresh) : path_(std::move(path)), lock_(lock), fresh_(fresh) {}

  std::string path_;
  int lock_ = -1; ///< descriptor that holds the lock
  bool fresh_ = false;
};

} // namespace troupe::storage::engine
