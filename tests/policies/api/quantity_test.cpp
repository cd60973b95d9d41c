#include "policies/api/quantity.hpp"
#include <gtest/gtest.h>
#include <limits>
#include <random>

namespace troupe::api {

namespace {

struct parse_case {
  std::string text;
  std::string canonical;
  std::int64_t value;
  std::int64_t milli;
};

TEST(quantity, parses_and_writes_the_canonical_form) {
  const parse_case cases[] = {
    {"0", "0", 0, 0},
    {"0Ki", "0", 0, 0},
    {"100", "100", 100, 100'000},
    {"1000", "1k", 1000, 1'000'000},
    {"1500m", "1500m", 2, 1500},
    {"1000m", "1", 1, 1000},
    {"0.1", "100m", 1, 100},
    {"0.5", "500m", 1, 500},
    {".5", "500m", 1, 500},
    {"1.", "1", 1, 1000},
    {"+1", "1", 1, 1000},
    {"-1.5", "-1500m", -2, -1500},
    {"1.5Gi", "1536Mi", 1610612736, 1610612736000},
    {"1024Mi", "1Gi", 1073741824, 1073741824000},
    {"1024", "1024", 1024, 1'024'000},
    {"0.5Ki", "512", 512, 512'000},
    {"0.5Mi", "512Ki", 524288, 524288000},
    {"512Ki", "512Ki", 524288, 524288000},
    {"0.0001Ki", "102400u", 1, 103},
    {"1.1Mi", "1153433600m", 1153434, 1153433600},
    {"1Ei", "1Ei", 1152921504606846976, std::numeric_limits<std::int64_t>::max()},
    {"8Ei", "9223372036854775807", std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::max()},
    {"1e3", "1e3", 1000, 1'000'000},
    {"1E3", "1e3", 1000, 1'000'000},
    {"1e4", "10e3", 10000, 10'000'000},
    {"1.5e3", "1500", 1500, 1'500'000},
    {"100e-3", "100e-3", 1, 100},
    {"1e+6", "1e6", 1'000'000, 1'000'000'000},
    {"1E", "1E", 1'000'000'000'000'000'000, std::numeric_limits<std::int64_t>::max()},
    {"100E", "100E", std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::max()},
    {"12345678901234567890", "12345678901234567890", std::numeric_limits<std::int64_t>::max(),
     std::numeric_limits<std::int64_t>::max()},
    {"1n", "1n", 1, 1},
    {"1u", "1u", 1, 1},
    {"0.1n", "1n", 1, 1},
    {"-0.1n", "-1n", -1, -1},
    {"1.0000000001", "1000000001n", 2, 1001},
    {"123.4567890123k", "123456789012300n", 123457, 123456790},
    {"0001", "1", 1, 1000},
    {"1e-400", "1e-9", 1, 1},
  };
  for (auto& c : cases) {
    auto q = quantity::parse(c.text);
    ASSERT_TRUE(q) << c.text;
    EXPECT_EQ(q->text(), c.canonical) << c.text;
    EXPECT_EQ(q->value(), c.value) << c.text;
    EXPECT_EQ(q->milli(), c.milli) << c.text;
  }
}

TEST(quantity, refuses_what_is_no_quantity) {
  for (auto text : {"", " ", " 1", "1 ", "1i", ".5i", "1.1.1", "1.1.M", "1+1.0M", "0.1mi", "0.1am", "aoeu", "-3.01i",
                    "-3.01e-", "1ee3", "e", "1e", "1K", "1Kib", "--1", "0x10", "1e3.5", "1,5",
                    "1e99999999999999999999"})
    EXPECT_FALSE(quantity::parse(text)) << text;
}

TEST(quantity, adds_and_compares_across_formats) {
  auto sum = *quantity::parse("0");
  sum += *quantity::parse("1Gi");
  EXPECT_EQ(sum.text(), "1Gi") << "a zero takes the format of the other side";
  sum += *quantity::parse("512M");
  EXPECT_EQ(sum.text(), "1548576Ki");
  sum -= *quantity::parse("1Gi");
  EXPECT_EQ(sum, *quantity::parse("512M"));
  EXPECT_LT(*quantity::parse("999m"), *quantity::parse("1"));
  EXPECT_GT(*quantity::parse("1Gi"), *quantity::parse("1G"));
  EXPECT_EQ(quantity::from_milli(1500).text(), "1500m");
  EXPECT_EQ(quantity::from_units(2048, quantity::format::binary_si).text(), "2Ki");
}

TEST(quantity, never_overflows) {
  auto most = *quantity::parse(std::string(400, '9'));
  for (int i = 0; i < 10; ++i) most += most;
  EXPECT_EQ(most.value(), std::numeric_limits<std::int64_t>::max());
  auto least = *quantity::parse("-" + std::string(400, '9'));
  for (int i = 0; i < 10; ++i) least += least;
  EXPECT_EQ(least.milli(), std::numeric_limits<std::int64_t>::min());
}

TEST(quantity, the_canonical_form_of_any_accepted_text_is_stable) {
  std::mt19937 random(7);
  constexpr std::string_view alphabet = "0123456789.+-eEinumkKMGTP";
  int accepted = 0;
  for (int i = 0; i < 100'000; ++i) {
    std::string text;
    for (auto length = 1 + random() % 9; length > 0; --length) text += alphabet[random() % alphabet.size()];
    auto q = quantity::parse(text);
    if (!q) continue;
    ++accepted;
    auto again = quantity::parse(q->text());
    ASSERT_TRUE(again) << text;
    EXPECT_EQ(again->text(), q->text()) << text;
    EXPECT_EQ(*again, *q) << text;
  }
  EXPECT_GT(accepted, 1000);
}

} // namespace

} // namespace troupe::api
