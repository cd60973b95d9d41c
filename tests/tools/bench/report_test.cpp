#include "policies/api/json.hpp"
#include "tools/bench/report.hpp"
#include <gtest/gtest.h>

using namespace troupe::tools::bench;
namespace json = troupe::api::json;

namespace {

report sample() {
  report out;
  out.facts = {{"machine", "2 cores"}};
  out.warnings = {"busy"};
  out.sections.push_back({"create",
                          "64 clients",
                          {{"rate_per_second", "rate", 12345.4, "/s", 0}, {"p99_ms", "p99", 3.456, "ms", 2}},
                          {{"429", 7}}});
  return out;
}

} // namespace

TEST(report, text_is_an_aligned_table) {
  EXPECT_EQ(render(sample(), format::text), "create: 64 clients\n"
                                            "  rate  12,345/s\n"
                                            "  p99     3.46 ms\n"
                                            "  errors       7 × 429\n"
                                            "\n"
                                            "machine: 2 cores\n"
                                            "warning: busy\n");
}

TEST(report, json_has_numbers_under_keys_with_units) {
  const auto document = json::parse(render(sample(), format::json));
  const auto& result = troupe::api::array_at(document, {"results"})->front();
  EXPECT_EQ(troupe::api::string_at(result, {"name"}), "create");
  EXPECT_EQ(troupe::api::int_at(result, {"figures", "rate_per_second"}), 12345);
  EXPECT_DOUBLE_EQ(troupe::api::find(result, {"figures", "p99_ms"})->get_double(), 3.46);
  EXPECT_EQ(troupe::api::int_at(result, {"errors", "429"}), 7);
  EXPECT_EQ(troupe::api::string_at(document, {"machine", "machine"}), "2 cores");
}

TEST(report, yaml_is_the_same_document) {
  EXPECT_EQ(render(sample(), format::yaml), "\"machine\":\n"
                                            "  \"machine\": \"2 cores\"\n"
                                            "\"warnings\":\n"
                                            "  - \"busy\"\n"
                                            "\"results\":\n"
                                            "  - \"name\": \"create\"\n"
                                            "    \"about\": \"64 clients\"\n"
                                            "    \"figures\":\n"
                                            "      \"rate_per_second\": 12345\n"
                                            "      \"p99_ms\": 3.46\n"
                                            "    \"errors\":\n"
                                            "      \"429\": 7\n");
}

TEST(report, yaml_of_nothing_is_still_a_document) {
  EXPECT_EQ(render(report{}, format::yaml), "\"machine\": {}\n\"warnings\": []\n\"results\": []\n");
}

TEST(report, numbers_are_grouped_and_have_three_digits) {
  EXPECT_EQ(with_separators(1234567, 0), "1,234,567");
  EXPECT_EQ(with_separators(-1234.5, 1), "-1,234.5");
  EXPECT_EQ(with_separators(999, 0), "999");
  EXPECT_EQ(with_separators(0.1234, 3), "0.123");
  EXPECT_EQ(digits_for(0.5), 3);
  EXPECT_EQ(digits_for(5), 2);
  EXPECT_EQ(digits_for(50), 1);
  EXPECT_EQ(digits_for(500), 0);
}

TEST(report, latencies_are_milliseconds_and_absent_when_nothing_was_measured) {
  section s;
  add_latencies(s, histogram());
  EXPECT_TRUE(s.figures.empty());
  histogram h;
  h.record(2'000'000);
  add_latencies(s, h, "x_");
  ASSERT_EQ(s.figures.size(), 5U);
  EXPECT_EQ(s.figures[0].key, "x_p50_ms");
  EXPECT_DOUBLE_EQ(s.figures[4].value, 2.0);
}

TEST(report, formats_have_names) {
  EXPECT_EQ(parse_format("yaml"), format::yaml);
  EXPECT_FALSE(parse_format("xml"));
}
