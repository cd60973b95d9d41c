#include "policies/api/time.hpp"
#include <gtest/gtest.h>
#include <random>

namespace troupe::api {

namespace {

using namespace std::chrono_literals;

TEST(time, reads_every_rfc_3339_form) {
  auto noon = *parse_time("2026-11-22T12:00:00Z");
  EXPECT_EQ(format_time(noon), "2026-11-22T12:00:00Z");
  EXPECT_EQ(parse_time("2026-11-22T14:30:00+02:30"), noon);
  EXPECT_EQ(parse_time("2026-11-22t11:00:00-01:00"), noon);
  EXPECT_EQ(parse_time("2026-11-22T12:00:00.1234567z"), noon + 123456us);
  EXPECT_EQ(format_micro_time(noon + 5us), "2026-11-22T12:00:00.000005Z");
  EXPECT_EQ(format_time(*parse_time("2024-02-29T23:59:59Z") + 1s), "2024-03-01T00:00:00Z");
}

TEST(time, refuses_what_is_no_time) {
  for (auto text : {"", "2026-11-22", "2026-11-22 12:00:00Z", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
                    "2026-11-22T24:00:00Z", "2026-11-22T12:60:00Z", "2026-11-22T12:00:61Z", "2026-11-22T12:00:00",
                    "2026-11-22T12:00:00.Z", "2026-11-22T12:00:00Zx", "-026-11-22T12:00:00Z",
                    "2026-11-22T12:00:00+25:00"})
    EXPECT_FALSE(parse_time(text)) << text;
}

TEST(time, ages_have_two_units_at_most) {
  struct { duration age; std::string text; } cases[] = {
    {-2s, "<invalid>"}, {-1s, "0s"},       {0s, "0s"},          {119s, "119s"},        {120s, "2m"},
    {599s, "9m59s"},    {10min, "10m"},    {179min, "179m"},    {180min, "3h"},        {7h + 59min, "7h59m"},
    {8h, "8h"},         {47h, "47h"},      {48h, "2d"},         {191h, "7d23h"},       {192h, "8d"},
    {24h * 729, "729d"}, {24h * 730, "2y"}, {24h * 800, "2y70d"}, {24h * 365 * 8, "8y"}, {24h * 365 * 9, "9y"},
  };
  for (auto& c : cases) EXPECT_EQ(human_duration(c.age), c.text) << c.age.count();
}

TEST(time, what_is_written_is_read_back) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 10'000; ++i) {
    time_point t{duration(static_cast<std::int64_t>(random() % 4'000'000'000'000'000))};
    EXPECT_EQ(parse_time(format_micro_time(t)), t);
    EXPECT_EQ(parse_time(format_time(t)), std::chrono::floor<std::chrono::seconds>(t));
  }
}

} // namespace

} // namespace troupe::api
