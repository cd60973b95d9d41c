#include "policies/schema/protobuf_wire.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::schema {
namespace {

TEST(protobuf_wire, reads_what_it_wrote) {
  std::string out;
  wire_writer to(out);
  to.number(1, -1);
  to.number(2, 300);
  to.bytes(16, "text");
  to.fixed64(3, 0x0102030405060708ull);
  wire_reader in(out);
  EXPECT_EQ(in.next().number, 1u);
  EXPECT_EQ(static_cast<std::int64_t>(in.varint()), -1);
  EXPECT_EQ(in.next().number, 2u);
  EXPECT_EQ(in.varint(), 300u);
  auto tag = in.next();
  EXPECT_EQ(tag.number, 16u);
  EXPECT_EQ(tag.type, wire_type::bytes);
  EXPECT_EQ(in.bytes(), "text");
  EXPECT_EQ(in.next().number, 3u);
  EXPECT_EQ(in.fixed64(), 0x0102030405060708ull);
  EXPECT_TRUE(in.done());
  EXPECT_FALSE(in.failed());
}

TEST(protobuf_wire, passes_over_nested_groups_but_not_without_end) {
  std::string nested = "\x0b\x13\x08\x01\x14\x0c\x10\x07"; // group 1 { group 2 { 1: 1 } } 2: 7
  wire_reader in(nested);
  in.skip(in.next());
  EXPECT_EQ(in.next().number, 2u);
  EXPECT_EQ(in.varint(), 7u);
  std::string deep(1000, '\x0b');
  wire_reader endless(deep);
  endless.skip(endless.next());
  EXPECT_TRUE(endless.failed());
}

TEST(protobuf_wire, stays_failed) {
  wire_reader in(std::string_view("\xff", 1));
  EXPECT_EQ(in.varint(), 0u);
  EXPECT_TRUE(in.failed());
  EXPECT_TRUE(in.done());
  EXPECT_STREQ(in.error(), "unexpected EOF");
  EXPECT_EQ(in.bytes(), "");
}

} // namespace
} // namespace troupe::policies::schema
