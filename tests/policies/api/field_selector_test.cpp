#include "policies/api/selector.hpp"
#include <gtest/gtest.h>

namespace troupe::api {

namespace {

TEST(field_selector, reads_terms_with_escapes) {
  auto selector = field_selector::parse(R"(spec.nodeName=n1,status.phase!=Running,,metadata.name==a\,b\=c\\d)");
  ASSERT_TRUE(selector);
  ASSERT_EQ(selector->terms().size(), 3u);
  EXPECT_EQ(selector->terms()[0].value, R"(a,b=c\d)");
  EXPECT_TRUE(selector->terms()[2].negated);
  EXPECT_EQ(selector->text(), R"(metadata.name=a\,b\=c\\d,spec.nodeName=n1,status.phase!=Running)");
  EXPECT_TRUE(field_selector::parse("")->selects_everything());
}

TEST(field_selector, complains_in_the_words_of_the_parser) {
  struct { std::string text, message; } cases[] = {
    {"a", "invalid selector: 'a'; can't understand 'a'"},
    {"x=1,abc", "invalid selector: 'x=1,abc'; can't understand 'abc'"},
    {"a=b=c", "invalid field selector: unescaped character in value: 61"},
    {R"(a=b\x)", R"(invalid field selector: invalid escape sequence: \x)"},
    {R"(a=b\)", R"(invalid field selector: invalid escape sequence: \)"},
  };
  for (auto& c : cases) {
    auto selector = field_selector::parse(c.text);
    ASSERT_FALSE(selector) << c.text;
    EXPECT_EQ(selector.error().message, c.message);
  }
}

TEST(field_selector, matches_when_all_terms_hold) {
  auto value_of = [](std::string_view field) -> std::string_view { return field == "metadata.name" ? "web" : ""; };
  EXPECT_TRUE(field_selector::parse("metadata.name=web")->matches(value_of));
  EXPECT_TRUE(field_selector::parse("spec.nodeName=")->matches(value_of));
  EXPECT_FALSE(field_selector::parse("metadata.name!=web")->matches(value_of));
  EXPECT_FALSE(field_selector::parse("metadata.name=web,spec.nodeName=n")->matches(value_of));
}

} // namespace

} // namespace troupe::api
