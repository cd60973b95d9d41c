#include "net/dns/name.hpp"
#include <gtest/gtest.h>

namespace troupe::net::dns {
namespace {

std::optional<std::string> read(std::vector<std::uint8_t> bytes, std::size_t at = 0) { return read_name(bytes, at); }

TEST(name_test, reads_labels_and_pointers_backwards) {
  EXPECT_EQ(read({1, 'a', 2, 'b', 'c', 0}), "a.bc");
  EXPECT_EQ(read({0}), "");
  EXPECT_EQ(read({1, 'a', 0, 1, 'b', 0xc0, 0}, 3), "b.a");
  EXPECT_EQ(read({3, 'a', '.', 1, 0}), "a\\046\\001");
}

TEST(name_test, refuses_what_does_not_end) {
  EXPECT_FALSE(read({1, 'a'}));
  EXPECT_FALSE(read({5, 'a', 0}));
  EXPECT_FALSE(read({0xc0, 0})) << "a pointer to itself";
  EXPECT_FALSE(read({0xc0, 2, 1, 'a', 0})) << "forwards";
  EXPECT_FALSE(read({1, 'a', 0xc0, 0}, 0)) << "into itself";
  EXPECT_FALSE(read({0x80, 0}));
  EXPECT_FALSE(read({}));
}

TEST(name_test, writes_what_it_reads) {
  for (std::string text : {"", "a", "a.bc", "x\\046y.z", "_http._tcp.web.shop.svc.cluster.local"}) {
    std::vector<std::uint8_t> out;
    ASSERT_TRUE(write_name(out, text, nullptr)) << text;
    EXPECT_EQ(read(out), text);
  }
}

TEST(name_test, refuses_to_write_what_is_no_name) {
  std::vector<std::uint8_t> out;
  std::string label(63, 'a');
  EXPECT_TRUE(write_name(out, label + "." + label + "." + label + "." + std::string(61, 'a'), nullptr)) << "255 bytes";
  EXPECT_FALSE(write_name(out, label + "." + label + "." + label + "." + std::string(62, 'a'), nullptr));
  EXPECT_FALSE(write_name(out, std::string(64, 'a'), nullptr));
  EXPECT_FALSE(write_name(out, "a..b", nullptr));
  EXPECT_FALSE(write_name(out, ".a", nullptr));
  EXPECT_FALSE(write_name(out, "a\\25", nullptr));
  EXPECT_FALSE(write_name(out, "a\\999", nullptr));
}

TEST(name_test, a_name_that_was_written_before_becomes_a_pointer) {
  std::vector<std::uint8_t> out;
  name_offsets offsets;
  ASSERT_TRUE(write_name(out, "web.shop", &offsets));
  auto first = out.size();
  ASSERT_TRUE(write_name(out, "db.SHOP", &offsets));
  EXPECT_EQ(out.size(), first + 5);
  auto at = first;
  EXPECT_EQ(read_name(out, at), "db.shop");
}

} // namespace
} // namespace troupe::net::dns
