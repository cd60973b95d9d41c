#include "net/discovery/secret.hpp"
#include "net/certificates/base64.hpp"
#include "net/certificates/digest.hpp"
#include <gtest/gtest.h>

namespace troupe::net::discovery {
namespace {

/// The bytes 0, 1, 2…
void counting(std::span<std::uint8_t> into) {
  std::uint8_t next = 0;
  for (auto& b : into) b = next++;
}

std::string with_sum(const std::string& secret) {
  auto digits = certificates::sha256(secret);
  std::string sum;
  for (int i = 0; i < 4; ++i) sum += static_cast<char>(std::stoi(digits.substr(2 * i, 2), nullptr, 16));
  return "troupelan1." + certificates::base64url(secret + sum);
}

TEST(secret, is_one_word_of_256_random_bits) {
  auto text = make_secret(counting);
  EXPECT_EQ(text.size(), 11U + 48U);
  EXPECT_EQ(text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."),
            std::string::npos);
  auto random = certificates::system_random();
  EXPECT_NE(make_secret(random), make_secret(random));
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(parse_secret(make_secret(random)).has_value());
}

// Computed with Python's hmac after RFC 5869: secret 00 01 … 1f, salt "troupe discovery 1".
TEST(secret, gives_the_keys_that_the_format_says) {
  auto k = parse_secret(" \n" + make_secret(counting) + "\r\n");
  ASSERT_TRUE(k.has_value()) << k.error();
  EXPECT_EQ(certificates::sha256(k->query), "7542f6446782ecfcd45c25d3ea573c308321abfea0170f2a37333f6b40f618e1");
  EXPECT_EQ(certificates::sha256(k->answer), "bd74d39c412dc1a314838983a1f2ad9a636658c3f114d417a89b82dc91062131");
  EXPECT_EQ(k->token_id, "b242310646338aac");
  EXPECT_EQ(k->token_secret, "JoMHbuZjkDhmruTkvYRh5Q");
}

TEST(secret, refusals_say_what_to_do_and_do_not_repeat_it) {
  auto good = make_secret(counting);
  auto changed = good;
  changed[20] = changed[20] == 'A' ? 'B' : 'A';
  struct refusal {
    const char* name;
    std::string given, says;
  };
  const refusal cases[] = {{"nothing", "", "no discovery secret"},
                           {"a password", "correct horse battery staple", "no discovery secret"},
                           {"a join string", "troupe1.eyJhZGRyZXNzZXMiOltdfQ", "no discovery secret"},
                           {"a password with the mark", "troupelan1.geheim", "too short"},
                           {"128 bits", with_sum("0123456789abcdef"), "too short"},
                           {"half of it", good.substr(0, good.size() / 2), "too short"},
                           {"a letter too few", good.substr(0, good.size() - 1), "too short"},
                           {"more behind it", good + "AAAA", "checksum"},
                           {"another letter", changed, "checksum"},
                           {"no base64url", good.substr(0, 20) + "+" + good.substr(21), "damaged"},
                           {"all the same", with_sum(std::string(32, 'x')), "too weak"},
                           {"few different", with_sum("abcabcabcabcabcabcabcabcabcabcab"), "too weak"},
                           {"far too long", good + std::string(10'000, 'A'), "no discovery secret"}};
  for (auto& c : cases) {
    auto got = parse_secret(c.given);
    ASSERT_FALSE(got.has_value()) << c.name;
    EXPECT_NE(got.error().find(c.says), std::string::npos) << c.name << ": " << got.error();
    EXPECT_NE(got.error().find("troupe token discovery-secret"), std::string::npos) << c.name << ": " << got.error();
    EXPECT_TRUE(c.given.empty() || got.error().find(c.given) == std::string::npos) << c.name;
  }
}

} // namespace
} // namespace troupe::net::discovery
