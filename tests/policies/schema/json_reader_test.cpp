#include "policies/schema/json_reader.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::schema {
namespace {

std::string read(std::string_view text, decode_limits limits = {}) {
  document_tree tree;
  auto got = read_json(text, limits, tree);
  return got ? json::serialize(to_json(*tree.root)) : "!" + got.error();
}

TEST(json_reader, reads_every_kind_of_value) {
  EXPECT_EQ(read(" {\"a\" : [1, -2, true,false,null ,\"x\"] ,\"b\":{}} "),
            R"({"a":[1,-2,true,false,null,"x"],"b":{}})");
  EXPECT_EQ(read("18446744073709551615"), "18446744073709551615");
  EXPECT_EQ(read("-0"), "0");
  EXPECT_EQ(read("1e999"), "1.7976931348623157E308");
}

TEST(json_reader, unescapes_as_go_does) {
  EXPECT_EQ(read(R"("a\"\\\/\b\f\n\r\tb")"), "\"a\\\"\\\\/\\b\\f\\n\\r\\tb\"");
  EXPECT_EQ(read(R"("\u00e9\ud83d\ude00")"), "\"é😀\"");
  EXPECT_EQ(read(R"("\ud83d!")"), "\"\xef\xbf\xbd!\"");
  EXPECT_EQ(read(R"("\ud83d\u0041")"), "\"\xef\xbf\xbd"
                                       "A\"");
}

TEST(json_reader, explains_syntax_errors_in_gos_words) {
  struct {
    std::string_view text, want;
  } cases[] = {
      {"", "unexpected end of JSON input"},
      {"{", "unexpected end of JSON input"},
      {"{a:1}", "invalid character 'a' looking for beginning of object key string"},
      {"{\"a\":1,}", "invalid character '}' looking for beginning of object key string"},
      {"{\"a\" 1}", "invalid character '1' after object key"},
      {"{\"a\":1 \"b\"", "invalid character '\"' after object key:value pair"},
      {"[1 2]", "invalid character '2' after array element"},
      {"[1,]", "invalid character ']' looking for beginning of value"},
      {"{} x", "invalid character 'x' after top-level value"},
      {"tru", "unexpected end of JSON input"},
      {"trie", "invalid character 'i' in literal true (expecting 'u')"},
      {"01", "invalid character '1' after top-level value"},
      {"-x", "invalid character 'x' in numeric literal"},
      {"1.x", "invalid character 'x' after decimal point in numeric literal"},
      {"1e+x", "invalid character 'x' in exponent of numeric literal"},
      {"\"a\nb\"", "invalid character '\\n' in string literal"},
      {"\"a\\xb\"", "invalid character 'x' in string escape code"},
      {"\"\\u12g4\"", "invalid character 'g' in \\u hexadecimal character escape"},
      {"\"\\u12\"", "invalid character '\"' in \\u hexadecimal character escape"},
      {"\"abc\\", "unexpected end of JSON input"},
      {"'a'", "invalid character '\\'' looking for beginning of value"},
  };
  for (auto& c : cases)
    EXPECT_EQ(read(c.text), "!" + std::string(c.want)) << c.text;
}

TEST(json_reader, refuses_what_is_not_utf8) {
  EXPECT_EQ(read("\"ab\xff\""), "!invalid UTF-8 at byte 3");
  struct {
    std::string_view text;
    bool valid;
  } cases[] = {
      {"plain ascii text of some length", true},
      {"\xc3\xa9", true},
      {"\xe2\x82\xac", true},
      {"\xf0\x9f\x98\x80", true},
      {"\xc0\xaf", false},
      {"\xe0\x80\xaf", false},
      {"\xed\xa0\x80", false},
      {"\xf4\x90\x80\x80", false},
      {"\xc3", false},
      {"\x80", false},
      {"\xf8\x88\x80\x80\x80", false},
  };
  for (auto& c : cases)
    EXPECT_EQ(find_invalid_utf8(c.text) == std::string_view::npos, c.valid) << c.text;
}

TEST(json_reader, keeps_to_its_limits) {
  EXPECT_EQ(read("[[[]]]", {.depth_max = 2}), "[[[]]]");
  EXPECT_EQ(read("[[[[]]]]", {.depth_max = 2}), "!exceeded max depth");
  EXPECT_EQ(read("[1,2,3]", {.values_max = 3}), "!the document has too many values");
}

} // namespace
} // namespace troupe::policies::schema
