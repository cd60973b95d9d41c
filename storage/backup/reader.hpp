#pragma once
#include "storage/backup/digest.hpp"
#include "storage/backup/error.hpp"
#include "storage/backup/records.hpp"
#include <functional>
#include <optional>
#include <variant>

namespace troupe::storage::backup {

using entry = std::variant<lease, mvcc::key_value>;

/// Reads a backup from its first to its last byte, a chunk at a time. What it hands out has a right checksum, but the
/// backup counts only when the end was reached: until then something may be missing.
class reader {
public:
  /// Fills up to `max` bytes and says how many; 0 = the end. The error says why the file can't be read.
  using source = std::function<tl::expected<std::size_t, std::string>(char* to, std::size_t max)>;
  explicit reader(source from);

  /// First. Errors: `foreign`, `newer_format`, `cut`, `damaged`, `io`.
  [[nodiscard]] result<header> open();
  /// The next entry; nothing at the end, when all checksums were right. No more calls after an error.
  [[nodiscard]] result<std::optional<entry>> next();
  /// Complete at the end.
  [[nodiscard]] const summary& found() const noexcept { return found_; }

private:
  [[nodiscard]] result<std::string> take(std::size_t size);
  [[nodiscard]] result<void> read_first_line();
  /// The payload of the next chunk, which replaces the one before.
  [[nodiscard]] result<bool> read_chunk();
  [[nodiscard]] result<void> finish(std::string_view payload);
  [[nodiscard]] result<void> check_order(const entry& e);

  source from_;
  digest digest_;
  summary found_;
  std::string chunk_;
  std::size_t at_ = 0;       ///< in chunk_
  std::uint32_t number_ = 0; ///< of the next chunk
  std::optional<std::string> last_key_;
  bool finished_ = false;
};

/// Reads all of it.
[[nodiscard]] result<summary> verify(reader::source from);

} // namespace troupe::storage::backup
