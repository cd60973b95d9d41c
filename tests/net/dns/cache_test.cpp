#include "net/dns/cache.hpp"
#include <gtest/gtest.h>

namespace troupe::net::dns {
namespace {

using namespace std::chrono_literals;

message answer(std::string name, std::uint32_t ttl) {
  message m;
  m.response = true;
  m.questions = {{name, type::a, 1}};
  m.answers = {{name, type::a, 1, ttl, a_data(1)}};
  return m;
}
const cache::time start{};

TEST(cache_test, answers_live_as_long_as_they_say_and_grow_old) {
  cache c(10);
  c.put(answer("Example.org", 60), start);
  auto found = c.find({"example.ORG", type::a, 1}, start + 20s);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->answers[0].ttl, 40u);
  EXPECT_FALSE(c.find({"example.org", type::aaaa, 1}, start));
  EXPECT_FALSE(c.find({"example.org", type::a, 1}, start + 60s));
  EXPECT_EQ(c.size(), 0u);
}

TEST(cache_test, a_no_lives_as_long_as_its_zone_says) {
  auto no = answer("x.org", 60);
  no.answers.clear();
  no.code = rcode::name_error;
  cache c(10);
  c.put(no, start);
  EXPECT_EQ(c.size(), 0u) << "without SOA it is not kept";
  no.authorities = {{"org", type::soa, 1, 900, soa_data("a.org", "b.org", 1, 30)}};
  c.put(no, start);
  EXPECT_TRUE(c.find({"x.org", type::a, 1}, start + 29s));
  EXPECT_FALSE(c.find({"x.org", type::a, 1}, start + 30s));
}

TEST(cache_test, failures_cut_answers_and_those_without_validity_are_not_kept) {
  cache c(10);
  auto m = answer("a", 0);
  c.put(m, start);
  m = answer("a", 60);
  m.truncated = true;
  c.put(m, start);
  m = answer("a", 60);
  m.code = rcode::server_failure;
  c.put(m, start);
  EXPECT_EQ(c.size(), 0u);
}

TEST(cache_test, the_one_used_longest_ago_makes_room) {
  cache c(2);
  c.put(answer("a", 60), start);
  c.put(answer("b", 60), start);
  EXPECT_TRUE(c.find({"a", type::a, 1}, start));
  c.put(answer("c", 60), start);
  EXPECT_TRUE(c.find({"a", type::a, 1}, start));
  EXPECT_FALSE(c.find({"b", type::a, 1}, start));
  EXPECT_EQ(c.size(), 2u);
}

} // namespace
} // namespace troupe::net::dns
