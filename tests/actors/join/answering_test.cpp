#include "actors/join/answering.hpp"
#include "net/certificates/random.hpp"
#include "net/discovery/search.hpp"
#include <gtest/gtest.h>
#include <net/if.h>

namespace troupe::actors::join {
namespace {

using namespace std::chrono_literals;
namespace discovery = net::discovery;
const policies::queueing::instant start{1h};
const std::string ca(64, 'c');

struct answering_test : testing::Test {
  discovery::keys keys = make_keys();
  answerer who{keys, ca, "home"};
  std::uint8_t last = 0;

  static discovery::keys make_keys() {
    return discovery::parse_secret(discovery::make_secret(net::certificates::system_random())).value();
  }
  std::string query(const discovery::keys& with) { return discovery::encode_query({++last}, with.query); }
};

TEST_F(answering_test, who_knows_the_secret_learns_where_the_cluster_is) {
  who.publish({"10.0.0.1:6443", "10.0.0.2:6443"});
  auto bytes = who.answer(query(keys), "10.0.0.9", start);
  ASSERT_TRUE(bytes.has_value());
  auto got = discovery::read_answer(*bytes, keys.answer);
  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(got->to, discovery::nonce{1});
  EXPECT_EQ(got->said, (discovery::answer{ca, "home", {"10.0.0.1:6443", "10.0.0.2:6443"}}));
  who.publish({"10.0.0.2:6443"});
  EXPECT_EQ(discovery::read_answer(*who.answer(query(keys), "10.0.0.9", start), keys.answer)->said.addresses,
            std::vector<std::string>{"10.0.0.2:6443"});
  EXPECT_EQ(who.seen().answered, 2U);
}

TEST_F(answering_test, all_others_hear_nothing_and_are_counted) {
  who.publish({"10.0.0.1:6443"});
  EXPECT_FALSE(who.answer(query(make_keys()), "10.0.0.9", start));
  EXPECT_FALSE(who.answer("", "10.0.0.9", start));
  EXPECT_FALSE(who.answer(std::string(1200, 'x'), "10.0.0.9", start));
  // An answer is no query.
  EXPECT_FALSE(who.answer(discovery::encode_answer({1}, {ca, "home", {"a:1"}}, keys.answer), "10.0.0.9", start));
  EXPECT_EQ(who.seen().refused, 4U);
  EXPECT_EQ(who.seen().answered, 0U);
}

TEST_F(answering_test, a_query_that_was_overheard_is_worth_nothing) {
  who.publish({"10.0.0.1:6443"});
  auto once = query(keys);
  EXPECT_TRUE(who.answer(once, "10.0.0.9", start));
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(who.answer(once, "10.0.0.66", start + 1s));
  EXPECT_EQ(who.seen().repeated, 1000U);
  EXPECT_TRUE(who.answer(query(keys), "10.0.0.9", start));
}

TEST_F(answering_test, nobody_is_answered_before_the_addresses_are_known) {
  auto early = query(keys);
  EXPECT_FALSE(who.answer(early, "10.0.0.9", start));
  who.publish({});
  EXPECT_FALSE(who.answer(early, "10.0.0.9", start));
  who.publish({"10.0.0.1:6443"});
  EXPECT_TRUE(who.answer(early, "10.0.0.9", start));
}

TEST_F(answering_test, is_found_on_the_network) {
  discovery::group where{.port = 0, .interfaces = {if_nametoindex("lo")}};
  auto service = answering::start(keys, ca, "home", where);
  ASSERT_TRUE(service.has_value()) << service.error();
  (*service)->publish({"10.0.0.1:6443"});
  where.port = (*service)->port();
  std::optional<discovery::answered> got;
  discovery::answer_taker take = [&](std::string_view bytes, const std::string&) {
    got = discovery::read_answer(bytes, keys.answer).value();
    return 0ms;
  };
  auto sent = discovery::search({where, 20ms, 10s}, [&] { return query(keys); }, take);
  ASSERT_TRUE(sent.has_value()) << sent.error();
  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(got->said.ca, ca);
}

} // namespace
} // namespace troupe::actors::join
