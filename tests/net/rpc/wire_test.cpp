#include "net/rpc/wire.hpp"
#include <gtest/gtest.h>
#include <random>

namespace troupe::net::rpc {
namespace {

using namespace std::chrono_literals;

std::string prefixed(std::string_view message) {
  std::string out(prefix_bytes, '\0');
  write_prefix(out.data(), static_cast<std::uint32_t>(message.size()));
  return out.append(message);
}

TEST(rpc_wire, the_prefix_is_a_flag_and_the_length_in_network_order) {
  EXPECT_EQ(prefixed(std::string(258, 'x')).substr(0, 5), std::string("\0\0\0\1\2", 5));
}

TEST(rpc_wire, messages_come_whole_however_their_bytes_are_cut) {
  const std::string all = prefixed("one") + prefixed("") + prefixed(std::string(1000, 'x'));
  for (std::size_t step : {1, 2, 5, 7, 1024}) {
    message_reader r(1000);
    std::vector<std::string> got;
    for (std::size_t at = 0; at < all.size(); at += step) {
      ASSERT_EQ(r.feed(std::string_view(all).substr(at, step)), message_reader::verdict::good);
      while (auto m = r.next()) got.emplace_back(*m);
    }
    EXPECT_EQ(got, (std::vector<std::string>{"one", "", std::string(1000, 'x')})) << step;
    EXPECT_TRUE(r.empty());
  }
}

TEST(rpc_wire, what_cannot_be_read_is_told_before_it_is_held) {
  message_reader large(10);
  EXPECT_EQ(large.feed(std::string("\0\0\0\0\x0b", 5)), message_reader::verdict::too_large);
  EXPECT_EQ(large.announced(), 11u);
  EXPECT_EQ(message_reader(10).feed("\1"), message_reader::verdict::compressed);
  message_reader second(10);
  EXPECT_EQ(second.feed(prefixed("a") + std::string("\0\1\0\0\0", 5)), message_reader::verdict::good);
  EXPECT_TRUE(second.next().has_value());
  EXPECT_EQ(second.feed({}), message_reader::verdict::too_large);
}

TEST(rpc_wire, a_torn_message_is_neither_whole_nor_nothing) {
  message_reader r(10);
  ASSERT_EQ(r.feed(prefixed("abc").substr(0, 6)), message_reader::verdict::good);
  EXPECT_FALSE(r.whole());
  EXPECT_FALSE(r.empty());
}

TEST(rpc_wire, one_message_alone_is_read_in_place) {
  EXPECT_EQ(message_reader::only(prefixed("abc"), 3), "abc");
  EXPECT_EQ(message_reader::only(prefixed("abcd"), 3), std::nullopt);
  EXPECT_EQ(message_reader::only(prefixed("a") + "b", 3), std::nullopt);
  EXPECT_EQ(message_reader::only("abc", 3), std::nullopt);
}

TEST(rpc_wire, timeouts) {
  const struct {
    std::string_view text;
    std::optional<std::chrono::nanoseconds> is;
  } cases[] = {{"1H", 1h},         {"2M", 2min},     {"99999999S", 99999999s}, {"5m", 5ms},  {"7u", 7us},
               {"9n", 9ns},        {"0S", 0s},       {"", {}},                 {"S", {}},    {"1", {}},
               {"123456789S", {}}, {"1.5S", {}},     {"-1S", {}},              {"1h", {}},   {" 1S", {}},
               {"99999999H", 1'000'000h}};
  for (auto& c : cases) EXPECT_EQ(parse_timeout(c.text), c.is) << c.text;
}

TEST(rpc_wire, texts_are_encoded_byte_by_byte) {
  EXPECT_EQ(percent_encoded("etcdserver: 100% of \"it\"\n\xc3\xa4"), "etcdserver: 100%25 of \"it\"%0A%C3%A4");
}

TEST(rpc_wire, random_bytes_never_make_more_than_was_fed) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 2000; ++round) {
    message_reader r(64);
    std::size_t fed = 0, got = 0;
    for (int i = 0; i < 20; ++i) {
      std::string bytes(random() % 12, '\0');
      for (auto& c : bytes) c = static_cast<char>(random() % 4 ? 0 : random());
      fed += bytes.size();
      if (r.feed(bytes) != message_reader::verdict::good) break;
      while (auto m = r.next()) got += prefix_bytes + m->size();
      ASSERT_EQ(got + r.size(), fed);
    }
  }
}

} // namespace
} // namespace troupe::net::rpc
