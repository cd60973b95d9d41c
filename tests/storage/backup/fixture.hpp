#pragma once
#include "storage/backup/reader.hpp"
#include "storage/backup/writer.hpp"
#include <algorithm>
#include <cstring>
#include <gtest/gtest.h>

namespace troupe::storage::backup::test {

inline mvcc::key_value key_of(std::string key, std::string value, mvcc::revision at, mvcc::lease_id lease = 0) {
  return {std::move(key), at, at, 1, lease, mvcc::make_bytes(std::move(value))};
}

/// Two leases and three keys at revision 9, in chunks so small that there are several.
inline std::string sample() {
  writer w({.revision = 9, .taken_seconds = 1'700'000'000}, 32);
  w.add(lease{7, 60});
  w.add(lease{-3, 5});
  w.add(key_of("a", "1", 4));
  w.add(key_of(std::string("b\0c", 3), std::string(100, 'v'), 5, 7));
  w.add(key_of("d", "", 9));
  w.end();
  return w.take();
}

/// Reads from memory, `step` bytes at a time.
inline reader::source from(const std::string& bytes, std::size_t step = 1 << 20) {
  return [&bytes, step, at = std::size_t(0)](char* to, std::size_t max) mutable {
    auto n = std::min({max, step, bytes.size() - at});
    std::memcpy(to, bytes.data() + at, n);
    at += n;
    return tl::expected<std::size_t, std::string>(n);
  };
}

} // namespace troupe::storage::backup::test
