#include "policies/oci/log_line.hpp"
#include <gtest/gtest.h>
#include <random>

namespace troupe::policies::oci {
namespace {

TEST(log_line, cri_lines_are_read_and_others_are_not) {
  auto l = parse_log_line("2026-11-22T16:02:28.529998943Z stderr P some text ");
  ASSERT_TRUE(l);
  EXPECT_EQ(l->timestamp, "2026-11-22T16:02:28.529998943Z");
  EXPECT_TRUE(l->err);
  EXPECT_TRUE(l->partial);
  EXPECT_EQ(l->text, "some text ");
  EXPECT_EQ(parse_log_line("2026-11-22T16:02:28.529998943+01:00 stdout F x")->text, "x");
  EXPECT_EQ(parse_log_line("2026-11-22T16:02:28Z stdout F ")->text, "");
  EXPECT_EQ(parse_log_line("2026-11-22T16:02:28Z stdout F")->text, "");
  EXPECT_TRUE(parse_log_line("2026-11-22T16:02:28Z stdout P:x y")->partial);
  for (auto* bad : {"", "x", "2026-11-22T16:02:28Z", "2026-11-22T16:02:28Z stdin F x", "yesterday stdout F x",
                    "2026-11-22T16:02:28Z stdout Q x"})
    EXPECT_FALSE(parse_log_line(bad)) << bad;
}

const std::vector<std::string> lines = {
  "2026-11-22T16:02:28Z stdout F one", "2026-11-22T16:02:29Z stdout P tw", "2026-11-22T16:02:29Z stderr F oops",
  "2026-11-22T16:02:29Z stdout F o", "2026-11-22T16:02:30Z stdout F three"};

std::string format(log_options o) {
  std::string out;
  log_formatter f(o);
  for (auto& l : lines)
    if (!f.append(l, out)) break;
  return out;
}

TEST(log_formatter, pieces_are_joined_and_stamped_once) {
  EXPECT_EQ(format({}), "one\ntwoops\no\nthree\n");
  EXPECT_EQ(format({.timestamps = true}),
            "2026-11-22T16:02:28Z one\n2026-11-22T16:02:29Z tw2026-11-22T16:02:29Z oops\no\n"
            "2026-11-22T16:02:30Z three\n");
}

TEST(log_formatter, since_and_the_byte_limit_cut) {
  EXPECT_EQ(format({.since = api::parse_time("2026-11-22T16:02:30Z")}), "three\n");
  EXPECT_EQ(format({.limit_bytes = 5}), "one\nt");
  EXPECT_EQ(format({.limit_bytes = 0}), "");
}

TEST(tail_offset, counts_whole_lines_from_the_end) {
  std::string text;
  for (auto& l : lines) text += l + "\n";
  auto from = [&](std::int64_t n) { return text.substr(tail_offset(text, n)); };
  EXPECT_EQ(from(0), "");
  EXPECT_EQ(from(1), lines[4] + "\n");
  EXPECT_EQ(from(2), lines[3] + "\n" + lines[4] + "\n");
  EXPECT_EQ(from(3), text.substr(text.find(lines[1]))) << "a piece comes along with the line that ends it";
  EXPECT_EQ(from(100), text);
  EXPECT_EQ(from(-1), text);
  EXPECT_EQ(tail_offset("", 3), 0u);
  EXPECT_EQ(tail_offset("\n", 1), 0u);
}

TEST(log_formatter, any_bytes_are_read_without_harm) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 20'000; ++i) {
    auto text = lines[random() % lines.size()];
    for (auto n = random() % 4; n > 0; --n) text[random() % text.size()] = static_cast<char>(random());
    std::string out;
    log_formatter f({.timestamps = true, .limit_bytes = static_cast<std::int64_t>(random() % 20)});
    f.append(text, out);
    EXPECT_LE(tail_offset(text, 1), text.size());
  }
}

TEST(log_formatter, shows_times_in_utc_whatever_the_host_s_zone) {
  log_formatter f({.timestamps = true});
  std::string out;
  f.append("2026-11-22T18:02:28.529998943+02:00 stdout F one", out);
  f.append("2026-11-22T16:02:28.5+00:00 stdout F two", out);
  EXPECT_EQ(out, "2026-11-22T16:02:28.529998943Z one\n2026-11-22T16:02:28.500000000Z two\n");
}

} // namespace
} // namespace troupe::policies::oci
