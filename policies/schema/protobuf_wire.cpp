#include "policies/schema/protobuf_wire.hpp"
#include <cstring>

namespace troupe::policies::schema {

namespace {

constexpr const char* unexpected_eof = "unexpected EOF";
constexpr const char* overflow = "proto: integer overflow";
constexpr int groups_max = 32;

} // namespace

std::uint64_t wire_reader::varint() noexcept {
  std::uint64_t out = 0;
  for (unsigned shift = 0; !error_; shift += 7) {
    if (shift >= 64) {
      fail(overflow);
    } else if (at_ == end_) {
      fail(unexpected_eof);
    } else {
      auto byte = static_cast<unsigned char>(*at_++);
      out |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return out;
    }
  }
  return 0;
}

wire_reader::tag wire_reader::next() noexcept {
  auto key = varint();
  tag out{static_cast<std::uint32_t>(key >> 3), static_cast<wire_type>(key & 7)};
  if (!error_ && (key >> 3 == 0 || key >> 32 != 0)) fail("proto: illegal tag");
  return out;
}

std::uint64_t wire_reader::fixed64() noexcept {
  if (error_ || end_ - at_ < 8) return fail(unexpected_eof), 0;
  std::uint64_t out = 0;
  for (int i = 7; i >= 0; --i)
    out = out << 8 | static_cast<unsigned char>(at_[i]);
  at_ += 8;
  return out;
}

std::string_view wire_reader::bytes() noexcept {
  auto size = varint();
  if (error_) return {};
  if (size > static_cast<std::uint64_t>(end_ - at_)) return fail(unexpected_eof), std::string_view();
  std::string_view out(at_, static_cast<std::size_t>(size));
  at_ += size;
  return out;
}

void wire_reader::skip(tag t, int depth) noexcept {
  switch (t.type) {
  case wire_type::varint:
    static_cast<void>(varint());
    return;
  case wire_type::fixed64:
    static_cast<void>(fixed64());
    return;
  case wire_type::bytes:
    static_cast<void>(bytes());
    return;
  case wire_type::fixed32:
    if (end_ - at_ < 4) return fail(unexpected_eof);
    at_ += 4;
    return;
  case wire_type::group_start:
    if (depth >= groups_max) return fail("proto: groups are nested too deeply");
    while (!error_) {
      if (at_ == end_) return fail(unexpected_eof);
      auto inner = next();
      if (inner.type == wire_type::group_end) return;
      skip(inner, depth + 1);
    }
    return;
  case wire_type::group_end:
    return fail("proto: unexpected end of group");
  }
  fail("proto: illegal wireType");
}

void wire_writer::varint(std::uint64_t value) {
  for (; value >= 0x80; value >>= 7)
    out_ += static_cast<char>(value | 0x80);
  out_ += static_cast<char>(value);
}

void wire_writer::number(std::uint32_t field, std::int64_t value) {
  key(field, wire_type::varint);
  varint(static_cast<std::uint64_t>(value));
}

void wire_writer::fixed64(std::uint32_t field, std::uint64_t value) {
  key(field, wire_type::fixed64);
  for (int i = 0; i < 8; ++i)
    out_ += static_cast<char>(value >> (8 * i));
}

void wire_writer::bytes(std::uint32_t field, std::string_view value) {
  key(field, wire_type::bytes);
  varint(value.size());
  out_ += value;
}

} // namespace troupe::policies::schema
