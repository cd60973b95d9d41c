#include "policies/schema/go_text.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::schema {
namespace {

TEST(go_text, quotes_as_go_does) {
  EXPECT_EQ(go_quote_byte('x'), "'x'");
  EXPECT_EQ(go_quote_byte('\''), R"('\'')");
  EXPECT_EQ(go_quote_byte('"'), R"('"')");
  EXPECT_EQ(go_quote_byte('\n'), R"('\n')");
  EXPECT_EQ(go_quote_byte('\0'), R"('\x00')");
  EXPECT_EQ(go_quote_byte('\xe9'), "'é'");
  EXPECT_EQ(go_quote("a\"b\\c\n\x01"), R"("a\"b\\c\n\x01")");
}

TEST(go_text, explains_bad_times) {
  constexpr auto layout = R"("2006-01-02T15:04:05Z07:00")";
  struct {
    std::string_view text;
    std::string want;
  } cases[] = {
      {"2026-11-22T16:02:28Z", ""},
      {"2026-11-22T16:02:28.5+01:00", ""},
      {"", std::string(R"(parsing time "" as )") + layout + R"(: cannot parse "" as "2006")"},
      {"2026-1", std::string(R"(parsing time "2026-1" as )") + layout + R"(: cannot parse "1" as "01")"},
      {"2026/11", std::string(R"(parsing time "2026/11" as )") + layout + R"(: cannot parse "/11" as "-")"},
      {"2026-13-22T16:02:28Z", R"(parsing time "2026-13-22T16:02:28Z": month out of range)"},
      {"2026-02-30T16:02:28Z", R"(parsing time "2026-02-30T16:02:28Z": day out of range)"},
      {"2026-11-22T16:02:28",
       std::string(R"(parsing time "2026-11-22T16:02:28" as )") + layout + R"(: cannot parse "" as "Z07:00")"},
      {"2026-11-22T16:02:28Zx", R"(parsing time "2026-11-22T16:02:28Zx": extra text: "x")"},
  };
  for (auto& c : cases)
    EXPECT_EQ(go_time_error(c.text, false), c.want) << c.text;
  EXPECT_EQ(go_time_error("2026-11-22T16:02:28.123456Z", true), "");
  EXPECT_EQ(
      go_time_error("2026-11-22T16:02:28Z", true),
      R"(parsing time "2026-11-22T16:02:28Z" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "Z" as ".000000")");
}

TEST(go_text, tells_wrong_suffixes_from_wrong_quantities) {
  EXPECT_TRUE(go_quantity_error("10Foo").starts_with("quantities must match"));
  EXPECT_TRUE(go_quantity_error("").starts_with("quantities must match"));
  EXPECT_EQ(go_quantity_error("1kk"), "unable to parse quantity's suffix");
}

TEST(go_text, summarizes_bodies) {
  EXPECT_EQ(summarize_body(""), "<empty>");
  EXPECT_EQ(summarize_body("{\"a\":1}"), "{\"a\":1}");
  EXPECT_EQ(summarize_body("{" + std::string(40, 'x')), "{" + std::string(29, 'x') + " ...");
  EXPECT_EQ(summarize_body("hi"), "6869");
}

} // namespace
} // namespace troupe::policies::schema
