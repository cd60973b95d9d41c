#include "net/discovery/message.hpp"
#include <gtest/gtest.h>
#include <random>

namespace troupe::net::discovery {
namespace {

const std::string query_key(32, 'q'), answer_key(32, 'a'), other_key(32, 'x');
constexpr nonce one{1, 2, 3}, two{9};

answer sample() {
  return {std::string(32, 'a') + std::string(32, '0'), "0b2c5a1e-cluster", {"10.0.0.1:6443", "[fd00::1]:7443"}};
}

fault fault_of(const std::string& bytes) { return read_answer(bytes, answer_key).error(); }

TEST(message, says_what_was_meant) {
  auto asked = read_query(encode_query(one, query_key), query_key);
  ASSERT_TRUE(asked.has_value());
  EXPECT_EQ(*asked, one);
  EXPECT_EQ(encode_query(one, query_key).size(), 54U);
  auto got = read_answer(encode_answer(two, sample(), answer_key), answer_key);
  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(got->to, two);
  EXPECT_EQ(got->said, sample());
}

TEST(message, who_does_not_know_the_secret_convinces_nobody) {
  EXPECT_EQ(read_query(encode_query(one, other_key), query_key).error(), fault::forged);
  EXPECT_EQ(fault_of(encode_answer(one, sample(), other_key)), fault::forged);
  // Who only listens cannot turn one into the other, nor an answer into that of another query.
  EXPECT_EQ(fault_of(encode_query(one, query_key)), fault::malformed);
  EXPECT_EQ(read_query(encode_answer(one, sample(), answer_key), query_key).error(), fault::malformed);
  auto turned = encode_query(one, query_key);
  turned[5] = 2;
  EXPECT_EQ(fault_of(turned), fault::forged);
  auto moved = encode_answer(one, sample(), answer_key);
  moved[6] = 7;
  EXPECT_EQ(fault_of(moved), fault::forged);
}

TEST(message, every_changed_bit_and_every_missing_byte_is_seen) {
  const auto query = encode_query(one, query_key), said = encode_answer(one, sample(), answer_key);
  for (std::size_t i = 0; i < said.size(); ++i) {
    EXPECT_FALSE(read_answer(said.substr(0, i), answer_key).has_value()) << i;
    for (int bit = 0; bit < 8; ++bit) {
      auto bad = said;
      bad[i] = static_cast<char>(bad[i] ^ (1 << bit));
      EXPECT_FALSE(read_answer(bad, answer_key).has_value()) << i;
    }
  }
  for (std::size_t i = 0; i < query.size(); ++i) {
    EXPECT_FALSE(read_query(query.substr(0, i), query_key).has_value()) << i;
    auto bad = query;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    EXPECT_FALSE(read_query(bad, query_key).has_value()) << i;
  }
  EXPECT_FALSE(read_query(query + "x", query_key).has_value());
}

TEST(message, another_version_is_told_apart) {
  auto newer = encode_answer(one, sample(), answer_key);
  newer[4] = 2;
  EXPECT_EQ(fault_of(newer), fault::other_version);
  auto query = encode_query(one, query_key);
  query[4] = 2;
  EXPECT_EQ(read_query(query, query_key).error(), fault::other_version);
}

TEST(message, what_has_no_sense_is_refused_even_with_the_secret) {
  struct nonsense {
    const char* name;
    answer said;
  };
  auto with = [](auto change) {
    auto a = sample();
    change(a);
    return a;
  };
  const nonsense cases[] = {{"no address", with([](auto& a) { a.addresses.clear(); })},
                            {"no name", with([](auto& a) { a.cluster.clear(); })},
                            {"a name for terminals", with([](auto& a) { a.cluster = "\x1b[2J"; })},
                            {"an address with a line", with([](auto& a) { a.addresses = {"10.0.0.1:1\n"}; })},
                            {"letters beyond ASCII", with([](auto& a) { a.cluster = "\xc3\xa4"; })}};
  for (auto& c : cases) EXPECT_EQ(fault_of(encode_answer(one, c.said, answer_key)), fault::malformed) << c.name;
}

TEST(message, an_answer_fits_into_one_datagram) {
  auto many = sample();
  many.addresses.assign(40, "10.0.0.1:6443");
  auto got = read_answer(encode_answer(one, many, answer_key), answer_key);
  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(got->said.addresses.size(), 16U);
  many.addresses.assign(40, std::string(255, 'a'));
  auto bytes = encode_answer(one, many, answer_key);
  EXPECT_LE(bytes.size(), datagram_max);
  ASSERT_TRUE(read_answer(bytes, answer_key).has_value());
  EXPECT_EQ(read_answer(bytes, answer_key)->said.addresses.size(), 4U);
  many.addresses = {std::string(256, 'a'), "a b", "", "10.0.0.1:6443"};
  got = read_answer(encode_answer(one, many, answer_key), answer_key);
  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(got->said.addresses, std::vector<std::string>{"10.0.0.1:6443"});
}

// The proof keeps strangers out; this is what a holder of the secret with a fault of its own could send.
TEST(message, any_bytes_are_read_or_refused) {
  std::mt19937 random(7);
  auto byte = [&] { return static_cast<char>(random() & 255); };
  int read = 0;
  for (int i = 0; i < 50'000; ++i) {
    std::string bytes(random() % 120, '\0');
    for (auto& b : bytes) b = byte();
    EXPECT_FALSE(read_answer(bytes, answer_key).has_value());
    EXPECT_FALSE(read_query(bytes, query_key).has_value());
    // An answer with other bytes in its body, and a proof that fits: made of one that has the same length.
    auto a = sample();
    a.cluster.assign(1 + random() % 64, 'c');
    for (auto& c : a.cluster) c = random() % 8 ? 'c' : byte();
    a.addresses.assign(random() % 20, std::string(random() % 300, 'h'));
    auto got = read_answer(encode_answer(one, a, answer_key), answer_key);
    if (!got) continue;
    ++read;
    EXPECT_TRUE(!got->said.addresses.empty() && got->said.addresses.size() <= 16 && got->said.cluster == a.cluster);
  }
  EXPECT_GT(read, 100);
  EXPECT_LT(read, 49'000);
}

} // namespace
} // namespace troupe::net::discovery
