#include "policies/schema/yaml_reader.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::schema {
namespace {

std::string read(std::string_view text, decode_limits limits = {}) {
  document_tree tree;
  std::vector<std::string> duplicates;
  auto got = read_yaml(text, limits, tree, duplicates);
  auto out = got ? json::serialize(to_json(*tree.root)) : "!" + got.error();
  for (auto& line : duplicates)
    out += " | " + line;
  return out;
}

TEST(yaml_reader, makes_the_json_that_kubernetes_makes) {
  EXPECT_EQ(read("a: 1\nb:\n- x\n- w: {z: [1, 'two']}\nc:\n"), R"({"a":1,"b":["x",{"w":{"z":[1,"two"]}}],"c":null})");
  EXPECT_EQ(read("text: |\n  line\n  line\nfolded: >-\n  a\n  b\n"), R"({"text":"line\nline\n","folded":"a b"})");
  EXPECT_EQ(read("1: a\ny: b\n"), R"({"1":"a","true":"b"})");
  EXPECT_EQ(read(R"({"a":"b"})"), R"({"a":"b"})");
  EXPECT_EQ(read(""), "null");
  EXPECT_EQ(read("a: 1\n---\nb: 2\n"), R"({"a":1})");
}

TEST(yaml_reader, follows_aliases_and_merge_keys) {
  EXPECT_EQ(read("base: &b {x: 1, w: 2}\ncopy: *b\nmore:\n  <<: *b\n  w: 3\n"),
            R"({"base":{"x":1,"w":2},"copy":{"x":1,"w":2},"more":{"w":3,"x":1}})");
  EXPECT_EQ(read("a: {<<: 1}\n"),
            "!error converting YAML to JSON: yaml: map merge requires map or sequence of maps as the value");
}

TEST(yaml_reader, notes_duplicate_keys) {
  EXPECT_EQ(read("a: 1\nb: 2\na: 3\n"), R"({"a":3,"b":2} | line 3: key "a" already set in map)");
}

TEST(yaml_reader, refuses_an_alias_bomb_and_endless_depth) {
  std::string bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n";
  for (char c = 'b'; c < 'j'; ++c) {
    bomb += fmt::format("{}: &{} [", c, c);
    for (int i = 0; i < 9; ++i)
      bomb += fmt::format("{}*{}", i ? "," : "", static_cast<char>(c - 1));
    bomb += "]\n";
  }
  EXPECT_EQ(read(bomb), "!error converting YAML to JSON: yaml: document contains excessive aliasing");
  EXPECT_TRUE(read("a: &a [*a]\n").starts_with("!error converting YAML to JSON: yaml: line 1: "));
  EXPECT_TRUE(read(std::string(5000, '[')).starts_with("!error converting YAML to JSON: yaml: "));
}

TEST(yaml_reader, says_where_the_syntax_is_wrong) {
  EXPECT_TRUE(read("a: 1\nb: [\n").starts_with("!error converting YAML to JSON: yaml: line "));
  EXPECT_EQ(read("a: \xff\n"), "!error converting YAML to JSON: yaml: invalid UTF-8 at byte 3");
}

} // namespace
} // namespace troupe::policies::schema
