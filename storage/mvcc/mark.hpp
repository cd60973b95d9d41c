#pragma once
#include "storage/engine/error.hpp"
#include "storage/mvcc/keys.hpp"

namespace troupe::storage::mvcc {

inline constexpr std::string_view mark_key = "mark";

/// The one record of family meta: what the versions on disk stand for. Written with every commit.
struct mark {
  std::uint64_t index = 0, term = 0; ///< of the last log entry applied
  revision current = 1;
  revision compacted = 0;
  version_at scrubbed;               ///< versions before this place have been scrubbed
  bool placed = false; ///< there were placement requests: a program that does not know them must not open this
};
[[nodiscard]] std::string encode(const mark& m);
/// Errors: `damaged`, `newer_format`.
[[nodiscard]] engine::result<mark> decode_mark(std::string_view stored);

} // namespace troupe::storage::mvcc
