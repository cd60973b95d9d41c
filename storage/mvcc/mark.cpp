#include "storage/mvcc/mark.hpp"
#include "storage/mvcc/codec.hpp"
#include <fmt/format.h>

namespace troupe::storage::mvcc {

namespace {
constexpr std::uint8_t mark_version = 2, unplaced_version = 1;
} // namespace

std::string encode(const mark& m) {
  std::string out;
  writer w(out);
  w.byte(m.placed ? mark_version : unplaced_version);
  w.number(m.index);
  w.number(m.term);
  w.signed_number(m.current);
  w.signed_number(m.compacted);
  w.signed_number(m.scrubbed.main);
  w.number(m.scrubbed.sub);
  return out;
}

engine::result<mark> decode_mark(std::string_view stored) {
  mark m;
  reader in(stored);
  auto version = in.byte();
  m.placed = version >= mark_version;
  if (version > mark_version)
    return engine::failure(engine::error{engine::errc::newer_format, fmt::format("mark version {}", version)});
  m.index = in.number();
  m.term = in.number();
  m.current = in.signed_number();
  m.compacted = in.signed_number();
  m.scrubbed.main = in.signed_number();
  m.scrubbed.sub = static_cast<std::uint32_t>(in.number());
  if (!in.done())
    return engine::failure(engine::error{engine::errc::damaged, "key-value state: the mark does not decode"});
  return m;
}

} // namespace troupe::storage::mvcc
