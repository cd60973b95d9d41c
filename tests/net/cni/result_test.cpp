#include "net/cni/result.hpp"
#include <gtest/gtest.h>
#include <random>

namespace troupe::net::cni {
namespace {

const std::string answer = R"({"cniVersion":"1.0.0","interfaces":[{"name":"eth0"}],
  "ips":[{"address":"10.244.1.2/24","gateway":"10.244.1.1","interface":0},{"address":"fd00::2/64"}]})";

TEST(cni_result, addresses_lose_their_prefix) {
  auto r = parse_result(answer);
  ASSERT_TRUE(r) << r.error();
  EXPECT_EQ(r->ips, (std::vector<std::string>{"10.244.1.2", "fd00::2"}));
  EXPECT_EQ(api::string_at(r->document, {"cniVersion"}), "1.0.0");
}

TEST(cni_result, an_answer_without_an_address_is_refused) {
  for (auto* bad : {"", "[]", "{}", R"({"ips":[]})", R"({"ips":[{"address":5}]})", "{", "not json"})
    EXPECT_FALSE(parse_result(bad)) << bad;
}

TEST(cni_result, the_plugins_own_words_explain_a_failure) {
  EXPECT_EQ(parse_error("bridge", 1, R"({"code":7,"msg":"no IP addresses available"})", ""),
            "plugin type=\"bridge\" failed: no IP addresses available");
  EXPECT_EQ(parse_error("bridge", 1, R"({"code":7,"msg":"a","details":"b"})", ""),
            "plugin type=\"bridge\" failed: a: b");
  EXPECT_EQ(parse_error("bridge", 2, "", "panic: x\n"), "plugin type=\"bridge\" failed: panic: x");
  EXPECT_EQ(parse_error("bridge", 2, "", ""), "plugin type=\"bridge\" failed with exit code 2");
}

TEST(cni_result, damaged_answers_are_read_without_harm) {
  std::mt19937_64 random(5);
  for (int i = 0; i < 20'000; ++i) {
    auto text = answer;
    for (auto n = random() % 5; n > 0; --n) text[random() % text.size()] = static_cast<char>(random());
    (void)parse_result(text), (void)parse_error("p", 1, text, text);
  }
}

} // namespace
} // namespace troupe::net::cni
