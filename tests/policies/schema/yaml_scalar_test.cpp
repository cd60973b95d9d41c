#include "policies/schema/yaml_scalar.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::schema {
namespace {

std::string resolve(std::string_view text, std::string_view tag = "?") {
  document_tree tree;
  auto* out = tree.add();
  auto error = resolve_yaml_scalar(std::string(text), tag, tree, *out);
  return error.empty() ? json::serialize(to_json(*out)) : "!" + error;
}

TEST(yaml_scalar, follows_yaml_1_1_as_go_yaml_does) {
  struct {
    std::string_view text, want;
  } cases[] = {
      {"yes", "true"},
      {"Off", "false"},
      {"y", "true"},
      {"TRUE", "true"},
      {"yEs", "\"yEs\""},
      {"", "null"},
      {"~", "null"},
      {"Null", "null"},
      {"nil", "\"nil\""},
      {"12", "12"},
      {"-7", "-7"},
      {"+7", "7"},
      {"0777", "511"},
      {"0o17", "15"},
      {"0x1F", "31"},
      {"0b101", "5"},
      {"1_000", "1000"},
      {"08", "8"},
      {"1.5", "1.5E0"},
      {"1e3", "1000"},
      {"1.0", "1"},
      {".5", "5E-1"},
      {"-.5", "-5E-1"},
      {"1.", "1"},
      {"1.2.3", "\"1.2.3\""},
      {"10.0.0.1", "\"10.0.0.1\""},
      {"12:30", "\"12:30\""},
      {"1Gi", "\"1Gi\""},
      {"-", "\"-\""},
      {"2026-11-22", "\"2026-11-22\""},
      {"18446744073709551615", "18446744073709551615"},
      {"<<", "\"<<\""},
      {".inf", "!json: unsupported value: +Inf"},
      {"-.INF", "!json: unsupported value: -Inf"},
      {".NaN", "!json: unsupported value: NaN"},
  };
  for (auto& c : cases)
    EXPECT_EQ(resolve(c.text), c.want) << c.text;
}

TEST(yaml_scalar, quoted_and_tagged_text_stays_text) {
  EXPECT_EQ(resolve("yes", "!"), "\"yes\"");
  EXPECT_EQ(resolve("12", "tag:yaml.org,2002:str"), "\"12\"");
  EXPECT_EQ(resolve("aGk=", "tag:yaml.org,2002:binary"), "\"hi\"");
  EXPECT_EQ(resolve("12", "tag:yaml.org,2002:int"), "12");
  EXPECT_TRUE(resolve("x", "tag:yaml.org,2002:int").starts_with("!yaml: cannot decode"));
}

} // namespace
} // namespace troupe::policies::schema
