#include "policies/validation/cron_schedule.hpp"
#include <cstdint>
#include <gtest/gtest.h>

namespace troupe::policies::validation {

TEST(cron_schedule, accepts_the_usual_forms) {
  for (auto text : {"* * * * *", "*/5 * * * *", "0 0 1 1 0", "59 23 31 12 6", "1,2-4,*/10 * * JAN-mar mon-FRI",
                    "0 0 ? * *", "@daily", "@every 1h30m", "TZ=UTC 0 0 * * *", "  0  0 * * * "})
    EXPECT_FALSE(schedule_error(text)) << text << ": " << schedule_error(text).value_or("");
}

TEST(cron_schedule, refuses_others_in_the_words_of_its_parser) {
  EXPECT_EQ(schedule_error("* * * *"), "expected exactly 5 fields, found 4: [* * * *]");
  EXPECT_EQ(schedule_error("60 * * * *"), "end of range (60) above maximum (59): 60");
  EXPECT_EQ(schedule_error("* * 0 * *"), "beginning of range (0) below minimum (1): 0");
  EXPECT_EQ(schedule_error("5-1 * * * *"), "beginning of range (5) beyond end of range (1): 5-1");
  EXPECT_EQ(schedule_error("*/0 * * * *"), "step of range should be a positive number: */0");
  EXPECT_EQ(schedule_error("a * * * *"), "failed to parse int from a: strconv.Atoi: parsing \"a\": invalid syntax");
  EXPECT_EQ(schedule_error("@often"), "unrecognized descriptor: @often");
  for (auto text : {"* * * * 7", "* * * * * *", "1/2/3 * * * *", "1-2-3 * * * *", "@every x", "@every ",
                    "99999999999999999999 * * * *"})
    EXPECT_TRUE(schedule_error(text)) << text;
}

TEST(cron_schedule, any_text_gets_an_answer) {
  std::uint64_t seed = 3;
  constexpr std::string_view letters = "0123456789*/-,? @abcTZ=";
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (int i = 0; i < 12; ++i)
      text += letters[((seed = seed * 6364136223846793005u + 1) >> 40) % letters.size()];
    (void)schedule_error(text);
  }
}

} // namespace troupe::policies::validation
