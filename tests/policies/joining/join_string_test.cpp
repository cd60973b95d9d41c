#include "policies/joining/join_string.hpp"
#include <gtest/gtest.h>
#include <random>

namespace troupe::policies::joining {
namespace {

join_string sample() {
  return {{{"10.0.0.1", 6443}, {"fd00::1", 7443}, {"api.example", 443}}, std::string(64, 'a'), "bcd246", "c2VjcmV0"};
}

TEST(join_string, is_one_word_that_survives_the_way) {
  auto text = encode(sample());
  EXPECT_TRUE(text.starts_with("troupe1."));
  EXPECT_EQ(text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."),
            std::string::npos);
  auto back = parse_join_string(text);
  ASSERT_TRUE(back.has_value()) << back.error();
  EXPECT_EQ(*back, sample());
  EXPECT_EQ(*parse_join_string(" \n" + text + "\r\n"), sample());
}

TEST(join_string, refusals_say_what_to_do) {
  auto text = encode(sample());
  struct refusal {
    const char* name;
    std::string given, says;
  };
  auto with = [](auto change) {
    auto s = sample();
    change(s);
    return encode(s);
  };
  const refusal cases[] = {
      {"nothing", "", "not a join string"},
      {"another word", "nonsense", "not a join string"},
      {"a family without a format", "troupe.abc", "not a join string"},
      {"half of it", text.substr(0, text.size() / 2), "damaged"},
      {"other letters at its end", text.substr(0, text.size() - 6) + "AAAAAA", "damaged"},
      {"white space inside", text.substr(0, 20) + "\n" + text.substr(20), "damaged"},
      {"no address", with([](auto& s) { s.addresses.clear(); }), "damaged"},
      {"too many addresses", with([](auto& s) {
         s.addresses.assign(17, {"10.0.0.1", 1});
       }),
       "damaged"},
      {"a hash that is none", with([](auto& s) { s.ca = std::string(63, 'a'); }), "damaged"},
      {"no secret", with([](auto& s) { s.secret.clear(); }), "damaged"},
      {"no id", with([](auto& s) { s.id.clear(); }), "damaged"},
      {"far too long", text + std::string(10'000, 'A'), "not a join string"},
  };
  for (auto& c : cases) {
    auto got = parse_join_string(c.given);
    ASSERT_FALSE(got.has_value()) << c.name;
    EXPECT_NE(got.error().find(c.says), std::string::npos) << c.name << ": " << got.error();
    EXPECT_NE(got.error().find("troupe token create"), std::string::npos) << c.name << ": " << got.error();
  }
  auto newer = parse_join_string("troupe2.abcdef");
  ASSERT_FALSE(newer.has_value());
  EXPECT_NE(newer.error().find("install"), std::string::npos) << newer.error();
}

TEST(join_string, addresses_have_one_form) {
  EXPECT_EQ(to_text(*parse_address("10.0.0.1:6443")), "10.0.0.1:6443");
  EXPECT_EQ(*parse_address("[fd00::1]:6443"), (address{"fd00::1", 6443}));
  for (auto text : {"", ":", "10.0.0.1", "10.0.0.1:", "10.0.0.1:0", "10.0.0.1:65536", "10.0.0.1:6443x", ":6443",
                    "fd00::1:6443", "[]:6443", "[fd00::1]", "a b:1", "a/b:1", "a@b:1"})
    EXPECT_FALSE(parse_address(text).has_value()) << text;
}

TEST(join_string, takes_any_bytes) {
  std::mt19937 random(3);
  auto good = encode(sample());
  for (int i = 0; i < 20'000; ++i) {
    auto text = good;
    for (int n = 1 + static_cast<int>(random() % 4); n > 0; --n)
      text[random() % text.size()] = static_cast<char>(random());
    if (random() % 4 == 0) text.resize(random() % text.size());
    // What still parses is a string of the same kind.
    if (auto got = parse_join_string(text)) {
      EXPECT_EQ(*parse_join_string(encode(*got)), *got);
    }
  }
}

} // namespace
} // namespace troupe::policies::joining
