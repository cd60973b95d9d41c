#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace troupe::storage::backup {

/// Why a backup is refused. Numbers are stable.
enum class errc : std::uint8_t {
  io = 1,           ///< the file can't be read, or the target can't be written
  foreign = 2,      ///< no backup of this program
  newer_format = 3, ///< written by a newer version of this program
  cut = 4,          ///< the end is missing
  damaged = 5,      ///< a checksum does not hold or something does not decode
  not_empty = 6,    ///< the target holds something already
};
/// One sentence per code.
[[nodiscard]] std::string_view describe(errc code) noexcept;

struct error {
  errc code = errc::io;
  std::string detail;
  /// The sentence and the detail.
  [[nodiscard]] std::string text() const;
};
template <class T> using result = tl::expected<T, error>;
using failure = tl::unexpected<error>;

} // namespace troupe::storage::backup
