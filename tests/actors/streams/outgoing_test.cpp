#include "actors/streams/outgoing.hpp"
#include <gtest/gtest.h>

namespace troupe::actors::streams {
namespace {

/// All messages that may be sent now, as one text.
std::string sent(outgoing& o) {
  std::string out;
  while (auto bytes = o.next()) {
    EXPECT_LE(bytes->size(), chunk_limit);
    out += *bytes;
  }
  return out;
}

std::string text(std::size_t size) {
  std::string out(size, ' ');
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<char>('a' + i % 23);
  return out;
}

TEST(outgoing, sends_what_the_credit_covers_and_keeps_the_rest_in_order) {
  outgoing o;
  auto all = text(initial_credit + 100'000);
  o.push(all.substr(0, 300'000));
  o.push(all.substr(300'000));
  auto first = sent(o);
  EXPECT_EQ(first.size(), initial_credit);
  EXPECT_TRUE(o.full());
  EXPECT_FALSE(o.empty());
  o.grant(10);
  first += sent(o);
  EXPECT_EQ(first.size(), initial_credit + 10);
  o.grant(initial_credit);
  first += sent(o);
  EXPECT_EQ(first, all);
  EXPECT_TRUE(o.empty());
  EXPECT_FALSE(o.full());
}

TEST(outgoing, is_full_when_the_last_byte_used_up_the_credit) {
  outgoing o;
  o.push(text(initial_credit));
  EXPECT_EQ(sent(o).size(), initial_credit);
  EXPECT_TRUE(o.empty());
  EXPECT_TRUE(o.full());
  o.grant(1);
  EXPECT_FALSE(o.full());
}

TEST(outgoing, sends_nothing_of_nothing) {
  outgoing o;
  o.push("");
  EXPECT_FALSE(o.next());
  EXPECT_TRUE(o.empty());
}

} // namespace
} // namespace troupe::actors::streams
