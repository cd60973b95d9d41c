#pragma once
#include "storage/backup/reader.hpp"
#include <string>

namespace troupe::tools::store {

/// A file that appears under its name only when it is whole and on disk; until then it is NAME.part, which goes with
/// the object.
class whole_file {
public:
  /// The error is a sentence, as below.
  [[nodiscard]] static tl::expected<whole_file, std::string> create(const std::string& path);
  whole_file(whole_file&& other) noexcept;
  whole_file& operator=(whole_file&&) = delete;
  ~whole_file();

  [[nodiscard]] tl::expected<void, std::string> write(std::string_view bytes);
  /// Syncs; what was written can be read under `part` now.
  [[nodiscard]] tl::expected<void, std::string> sync();
  /// Gives it its name, in place of a file that has it.
  [[nodiscard]] tl::expected<void, std::string> publish();
  [[nodiscard]] std::string part() const { return path_ + ".part"; }

private:
  whole_file(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
  std::string path_;
  int fd_ = -1;
};

/// Reads a file from its start; it stays open as long as the source lives.
[[nodiscard]] tl::expected<storage::backup::reader::source, std::string> read_from(const std::string& path);

} // namespace troupe::tools::store
