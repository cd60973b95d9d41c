#include "policies/joining/token.hpp"
#include <gtest/gtest.h>
#include <random>

namespace troupe::policies::joining {
namespace {

token_record sample() {
  return {.id = "bcd246", .salt = "s", .hash = "h", .control_plane = true, .worker = true, .created = 100,
          .expires = 200, .uses_left = 3, .description = "rack 4"};
}

TEST(token, survives_the_store) {
  auto back = decode_token_record(encode(sample()));
  ASSERT_TRUE(back.has_value()) << back.error();
  EXPECT_EQ(*back, sample());
  EXPECT_EQ(token_record_key("bcd246"), "/troupe/tokens/bcd246");
}

TEST(token, refuses_what_it_does_not_know) {
  auto text = encode(sample());
  auto changed = [&](std::string from, std::string to) {
    auto out = text;
    out.replace(out.find(from), from.size(), to);
    return out;
  };
  for (auto& bad : {std::string(), std::string("[]"), std::string("{}"), changed("\"version\":1", "\"version\":2"),
                    changed("\"usesLeft\":3", "\"usesLeft\":-2"), changed("\"worker\"", "\"king\""),
                    changed("bcd246", "../x"), changed("\"expires\":200", "\"expires\":-1")})
    EXPECT_FALSE(decode_token_record(bad).has_value()) << bad;
  EXPECT_EQ(decode_token_record(changed("\"version\":1", "\"version\":2")).error(),
            "token record: format 2 is not known to this program");
}

TEST(token, takes_any_bytes) {
  std::mt19937 random(5);
  auto good = encode(sample());
  for (int i = 0; i < 10'000; ++i) {
    auto text = good;
    text[random() % text.size()] = static_cast<char>(random());
    if (random() % 4 == 0) text.resize(random() % text.size());
    (void)decode_token_record(text);
    (void)decode_token_wish(text);
  }
}

TEST(token, is_shown_without_its_hash) {
  auto text = api::json::serialize(describe(sample()));
  EXPECT_EQ(text.find("salt"), std::string::npos);
  EXPECT_EQ(text.find("hash"), std::string::npos);
  EXPECT_NE(text.find(R"("expires":"1970-01-01T00:03:20Z","usesLeft":3)"), std::string::npos) << text;
  auto endless = sample();
  endless.expires = 0;
  endless.uses_left = -1;
  EXPECT_NE(api::json::serialize(describe(endless)).find(R"("expires":null,"usesLeft":null)"), std::string::npos);
}

TEST(token, ends_at_its_time) {
  EXPECT_FALSE(expired(sample(), 199));
  EXPECT_TRUE(expired(sample(), 200));
  EXPECT_FALSE(forgotten(sample(), 200 + 24 * 3600 - 1));
  EXPECT_TRUE(forgotten(sample(), 200 + 24 * 3600));
  auto endless = sample();
  endless.expires = 0;
  EXPECT_FALSE(expired(endless, 1'000'000'000'000));
  EXPECT_FALSE(forgotten(endless, 1'000'000'000'000));
}

TEST(token, wishes_have_bounds) {
  auto wish = decode_token_wish("{}");
  ASSERT_TRUE(wish.has_value());
  EXPECT_TRUE(wish->worker && !wish->control_plane);
  EXPECT_EQ(wish->ttl_seconds, 86'400);
  EXPECT_EQ(wish->uses, 0);
  token_wish both{.control_plane = true, .worker = true, .ttl_seconds = 60, .uses = 2, .description = "x"};
  auto back = decode_token_wish(encode(both));
  ASSERT_TRUE(back.has_value()) << back.error();
  EXPECT_EQ(encode(*back), encode(both));
  for (auto text : {"", "[]", R"({"roles":[]})", R"({"roles":["king"]})", R"({"roles":[1]})", R"({"ttlSeconds":-1})",
                    R"({"ttlSeconds":400000000})", R"({"uses":-1})", R"({"uses":1000001})",
                    "{\"description\":\"a\\nb\"}"})
    EXPECT_FALSE(decode_token_wish(text).has_value()) << text;
}

TEST(token, roles_are_a_list_of_two_words) {
  EXPECT_EQ(*parse_roles("worker"), (roles{false, true}));
  EXPECT_EQ(*parse_roles("worker,control-plane"), (roles{true, true}));
  EXPECT_EQ(to_text(*parse_roles("control-plane")), "control-plane");
  EXPECT_EQ(to_text(roles{true, true}), "control-plane,worker");
  for (auto text : {"", ",", "worker,", "master", "worker, control-plane"}) EXPECT_FALSE(parse_roles(text)) << text;
}

TEST(token, times_are_written_as_people_do) {
  EXPECT_EQ(*parse_ttl("90s"), 90);
  EXPECT_EQ(*parse_ttl("24h"), 86'400);
  EXPECT_EQ(*parse_ttl("1h30m"), 5400);
  EXPECT_EQ(*parse_ttl("7d"), 7 * 86'400);
  EXPECT_EQ(*parse_ttl("0"), 0);
  for (auto text : {"", "h", "10", "0s", "-1h", "1y", "1 h", "99999999999d", "4000d"})
    EXPECT_FALSE(parse_ttl(text).has_value()) << text;
}

TEST(token, ids_cannot_leave_their_prefix) {
  EXPECT_TRUE(is_token_id("bcd246"));
  for (auto text : {"", "A", "a/b", "..", "a b", "abcdefghijklmnopqrstuvwxyz0123456789"})
    EXPECT_FALSE(is_token_id(text)) << text;
}

} // namespace
} // namespace troupe::policies::joining
