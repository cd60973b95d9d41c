#include "policies/patch/merge_patch.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::patch {

namespace {

TEST(merge_patch, follows_the_examples_of_rfc_7386_appendix_a) {
  struct { std::string document, patch, result; } cases[] = {
    {R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
    {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
    {R"({"a":"b"})", R"({"a":null})", R"({})"},
    {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
    {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
    {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
    {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
    {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
    {R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
    {R"([1,2])", R"({"a":"b","c":null})", R"({"a":"b"})"},
    {R"({})", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
  };
  for (auto& c : cases) {
    auto out = apply_merge_patch(json::parse(c.document), json::parse(c.patch));
    ASSERT_TRUE(out);
    EXPECT_EQ(*out, json::parse(c.result)) << c.document << " " << c.patch;
  }
}

TEST(merge_patch, must_be_an_object) {
  auto out = apply_merge_patch(json::object(), json::parse("[]"));
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, 400);
  EXPECT_EQ(out.error().message,
            "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}");
}

} // namespace

} // namespace troupe::policies::patch
