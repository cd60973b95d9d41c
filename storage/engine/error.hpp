#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace troupe::storage::engine {

/// The only errors that leave storage/engine; RocksDB's statuses end here. Numbers are stable.
enum class errc : std::uint8_t {
  io = 1,          ///< a read, write or sync failed; what was being written may or may not be there
  no_space = 2,    ///< the disk is full
  damaged = 3,     ///< a checksum or an invariant of the files does not hold
  foreign = 4,     ///< the directory is not ours
  newer_format = 5,///< written by a newer version of the program
  locked = 6,      ///< another process has the directory open
  missing = 7,     ///< the directory or a file of it is not there
  closed = 8,      ///< the engine failed before and accepts nothing more
  invalid = 9,     ///< a request that no engine could serve; a bug of the caller
};

/// One sentence per code.
[[nodiscard]] std::string_view describe(errc code) noexcept;

struct error {
  errc code = errc::io;
  std::string detail; ///< which file, which operation
  /// The sentence and the detail.
  [[nodiscard]] std::string text() const;
};
template <class T> using result = tl::expected<T, error>;
using failure = tl::unexpected<error>;

} // namespace troupe::storage::engine
