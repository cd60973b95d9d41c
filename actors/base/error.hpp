#pragma once
#include <caf/error.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace troupe::actors {

/// Errors between actors. The numbers go over wires: never reuse one.
enum class errc : std::uint8_t {
  none = 0,
  not_leader = 1,       ///< the shard's leader is elsewhere; the write did not happen
  did_not_happen = 2,   ///< the write had no effect and may be repeated blindly
  may_have_happened = 3,///< nobody knows whether the write took effect: read before repeating
  compacted = 4,        ///< the revision asked for is gone: list again
  future_revision = 5,  ///< the revision asked for does not exist yet
  overloaded = 6,       ///< a bounded queue is full: try later
  not_found = 7,
  invalid_argument = 8,
  storage_failed = 9,   ///< a disk error stopped the component
  unavailable = 10,     ///< a peer that is needed is not there now
  runtime_failed = 11,  ///< a container runtime operation failed; the context says why
  unhandled_exception = 12,
};

/// One sentence per code.
[[nodiscard]] std::string_view describe(errc code) noexcept;
[[nodiscard]] caf::error make_error(errc code);
[[nodiscard]] caf::error make_error(errc code, std::string context);
/// The code, or `none` for an error that is not ours.
[[nodiscard]] errc code_of(const caf::error& e) noexcept;
/// The sentence and the context of any error, for logs and events.
[[nodiscard]] std::string text_of(const caf::error& e);

} // namespace troupe::actors
