#include "policies/schema/scalar.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::schema {
namespace {

TEST(scalar, base64_goes_both_ways) {
  for (std::string_view text : {"", "f", "fo", "foo", "foob", "fooba", "foobar"}) {
    std::size_t at = 0;
    EXPECT_EQ(decode_base64(encode_base64(text), at), text);
  }
  EXPECT_EQ(encode_base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(encode_base64(std::string_view("\xff\x00", 2)), "/wA=");
}

TEST(scalar, base64_ignores_line_breaks_and_says_where_it_is_wrong) {
  std::size_t at = 0;
  EXPECT_EQ(decode_base64("Zm9v\r\nYg==\n", at), "foob");
  struct {
    std::string_view text;
    std::size_t at;
  } cases[] = {{"*", 0}, {"Zm9v*", 4}, {"Zg", 2}, {"Zg=", 3}, {"Zg==Zg==", 4}, {"=", 0}};
  for (auto& c : cases) {
    EXPECT_EQ(decode_base64(c.text, at), std::nullopt) << c.text;
    EXPECT_EQ(at, c.at) << c.text;
  }
}

TEST(scalar, times_become_utc) {
  EXPECT_EQ(normal_time("2026-11-22T16:02:28Z", false), "2026-11-22T16:02:28Z");
  EXPECT_EQ(normal_time("2026-11-22T16:02:28.123456789-01:30", false), "2026-11-22T17:32:28Z");
  EXPECT_EQ(normal_time("2026-11-22T16:02:28.123456789Z", true), "2026-11-22T16:02:28.123456Z");
  EXPECT_EQ(normal_time("2026-02-30T00:00:00Z", false), std::nullopt);
  EXPECT_EQ(time_from_unix(0, 5000, true), "1970-01-01T00:00:00.000005Z");
  EXPECT_EQ(time_from_unix(INT64_MAX, 0, false), "9999-12-31T23:59:59Z");
  auto unix_form = time_to_unix("1970-01-01T00:01:00.5Z");
  ASSERT_TRUE(unix_form);
  EXPECT_EQ(unix_form->seconds, 60);
  EXPECT_EQ(unix_form->nanos, 500'000'000);
}

TEST(scalar, quantities_are_canonical) {
  EXPECT_EQ(normal_quantity("1000m"), "1");
  EXPECT_EQ(normal_quantity("0.5"), "500m");
  EXPECT_EQ(normal_quantity("1024Mi"), "1Gi");
  EXPECT_EQ(normal_quantity("x"), std::nullopt);
}

TEST(scalar, durations_are_gos) {
  struct {
    std::string_view text;
    std::int64_t nanos;
    std::string_view normal;
  } cases[] = {
      {"0", 0, "0s"},
      {"1h2m3.5s", 3723500000000, "1h2m3.5s"},
      {"90s", 90000000000, "1m30s"},
      {"-1.5h", -5400000000000, "-1h30m0s"},
      {"15ms", 15000000, "15ms"},
      {"1.5us", 1500, "1.5µs"},
      {"7ns", 7, "7ns"},
      {"1h", 3600000000000, "1h0m0s"},
  };
  for (auto& c : cases) {
    EXPECT_EQ(parse_go_duration(c.text), c.nanos) << c.text;
    EXPECT_EQ(format_go_duration(c.nanos), c.normal) << c.text;
  }
  for (auto text : {"", "1", "1d", "h", "1h-2m", "99999999h"})
    EXPECT_EQ(parse_go_duration(text), std::nullopt) << text;
}

} // namespace
} // namespace troupe::policies::schema
