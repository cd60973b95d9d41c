#include "policies/patch/json_patch.hpp"
#include <gtest/gtest.h>
#include <random>

namespace troupe::policies::patch {

namespace {

struct patch_case {
  std::string name, document, operations;
  std::string result; ///< empty where the patch does not apply
};

TEST(json_patch, follows_rfc_6902) {
  const patch_case cases[] = {
    {"A.1 adds a member", R"({"foo":"bar"})", R"([{"op":"add","path":"/baz","value":"qux"}])",
     R"({"baz":"qux","foo":"bar"})"},
    {"A.2 adds an item", R"({"foo":["bar","baz"]})", R"([{"op":"add","path":"/foo/1","value":"qux"}])",
     R"({"foo":["bar","qux","baz"]})"},
    {"A.3 removes a member", R"({"baz":"qux","foo":"bar"})", R"([{"op":"remove","path":"/baz"}])", R"({"foo":"bar"})"},
    {"A.4 removes an item", R"({"foo":["a","b","c"]})", R"([{"op":"remove","path":"/foo/1"}])", R"({"foo":["a","c"]})"},
    {"A.5 replaces a value", R"({"baz":"qux"})", R"([{"op":"replace","path":"/baz","value":"boo"}])",
     R"({"baz":"boo"})"},
    {"A.6 moves a value", R"({"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}})",
     R"([{"op":"move","from":"/foo/waldo","path":"/qux/thud"}])",
     R"({"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}})"},
    {"A.7 moves an item", R"({"foo":["all","grass","cows","eat"]})",
     R"([{"op":"move","from":"/foo/1","path":"/foo/3"}])",
     R"({"foo":["all","cows","eat","grass"]})"},
    {"A.8 tests a value", R"({"baz":"qux","foo":["a",2,"c"]})",
     R"([{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2}])",
     R"({"baz":"qux","foo":["a",2,"c"]})"},
    {"A.9 a test fails", R"({"baz":"qux"})", R"([{"op":"test","path":"/baz","value":"bar"}])", ""},
    {"A.10 adds a nested object", R"({"foo":"bar"})", R"([{"op":"add","path":"/child","value":{"grandchild":{}}}])",
     R"({"foo":"bar","child":{"grandchild":{}}})"},
    {"A.11 ignores members it does not know", R"({"foo":"bar"})",
     R"([{"op":"add","path":"/baz","value":"qux","xyz":123}])", R"({"foo":"bar","baz":"qux"})"},
    {"A.12 adds below what is not there", R"({"foo":"bar"})", R"([{"op":"add","path":"/baz/bat","value":"qux"}])", ""},
    {"A.14 escapes", R"({"/":9,"~1":10})", R"([{"op":"test","path":"/~01","value":10}])", R"({"/":9,"~1":10})"},
    {"A.15 strings are not numbers", R"({"/":9})", R"([{"op":"test","path":"/~1","value":"9"}])", ""},
    {"A.16 appends", R"({"foo":["bar"]})", R"([{"op":"add","path":"/foo/-","value":["abc","def"]}])",
     R"({"foo":["bar",["abc","def"]]})"},
    {"add replaces a member", R"({"a":1})", R"([{"op":"add","path":"/a","value":2}])", R"({"a":2})"},
    {"add at the length appends", R"({"a":[1]})", R"([{"op":"add","path":"/a/1","value":2}])", R"({"a":[1,2]})"},
    {"add behind the end", R"({"a":[1]})", R"([{"op":"add","path":"/a/2","value":2}])", ""},
    {"negative positions count from the end", R"({"a":[1,2]})", R"([{"op":"remove","path":"/a/-1"}])", R"({"a":[1]})"},
    {"the whole document", R"({"a":1})", R"([{"op":"replace","path":"","value":{"b":2}}])", R"({"b":2})"},
    {"removing what is not there", R"({"a":1})", R"([{"op":"remove","path":"/b"}])", ""},
    {"replacing what is not there", R"({"a":1})", R"([{"op":"replace","path":"/b","value":1}])", ""},
    {"a missing member tests as null", R"({"a":1})", R"([{"op":"test","path":"/b","value":null}])", R"({"a":1})"},
    {"copy", R"({"a":{"x":1}})", R"([{"op":"copy","from":"/a","path":"/b"}])", R"({"a":{"x":1},"b":{"x":1}})"},
    {"copy from nowhere", R"({"a":1})", R"([{"op":"copy","from":"/x","path":"/b"}])", ""},
    {"move into itself", R"({"a":{"b":{}}})", R"([{"op":"move","from":"/a","path":"/a/b/c"}])", ""},
    {"move onto itself", R"({"a":1})", R"([{"op":"move","from":"/a","path":"/a"}])", R"({"a":1})"},
    {"an unknown operation", R"({"a":1})", R"([{"op":"frob","path":"/a"}])", ""},
    {"no path", R"({"a":1})", R"([{"op":"remove"}])", ""},
    {"a malformed path", R"({"a":1})", R"([{"op":"remove","path":"a"}])", ""},
    {"a path through a scalar", R"({"a":1})", R"([{"op":"add","path":"/a/b","value":1}])", ""},
    {"nothing to do", R"({"a":1})", "[]", R"({"a":1})"},
  };
  for (auto& c : cases) {
    auto out = apply_json_patch(json::parse(c.document), json::parse(c.operations));
    ASSERT_EQ(out.has_value(), !c.result.empty()) << c.name;
    if (out) {
      EXPECT_EQ(*out, json::parse(c.result)) << c.name;
    } else {
      EXPECT_EQ(out.error().code, 422) << c.name;
      EXPECT_EQ(out.error().message, "the server rejected our request due to an error in our request");
    }
  }
}

TEST(json_patch, refuses_what_is_no_list_of_operations) {
  auto object = apply_json_patch(json::object(), json::object());
  EXPECT_EQ(object.error().code, 400);
  EXPECT_EQ(object.error().message, "json: cannot unmarshal object into Go value of type jsonpatch.Patch");
  EXPECT_EQ(apply_json_patch(json::object(), json::parse("[1]")).error().message,
            "json: cannot unmarshal number into Go value of type jsonpatch.Operation");
}

TEST(json_patch, has_limits) {
  json::array operations(10'000, json::parse(R"({"op":"add","path":"/a","value":1})"));
  EXPECT_TRUE(apply_json_patch(json::object(), operations));
  operations.push_back(operations.front());
  auto many = apply_json_patch(json::object(), operations);
  EXPECT_EQ(many.error().code, 413);
  EXPECT_EQ(many.error().message, "Request entity too large: The allowed maximum operations in a JSON patch is 10000, "
                                  "got 10001");
  json::array doubling(64, json::parse(R"({"op":"copy","from":"/a","path":"/a/-"})"));
  EXPECT_EQ(apply_json_patch(json::parse(R"({"a":["0123456789"]})"), doubling).error().code, 422);
  json::array nesting(1000, json::parse(R"({"op":"move","from":"/a","path":"/b"})"));
  for (std::size_t i = 0; i < nesting.size(); i += 2)
    nesting[i] = json::parse(i % 4 ? R"({"op":"add","path":"/a","value":{}})"
                                   : R"({"op":"copy","from":"/b","path":"/a/b"})");
  EXPECT_NO_THROW((void)apply_json_patch(json::parse(R"({"a":{},"b":{}})"), nesting));
}

std::string random_path(std::mt19937& random) {
  constexpr std::string_view pieces[] = {"/a", "/b", "/0", "/1", "/-", "/-1", "", "/~0", "/~", "x"};
  std::string out;
  for (auto n = random() % 4; n > 0; --n) out += pieces[random() % std::size(pieces)];
  return out;
}

TEST(json_patch, any_sequence_of_operations_ends_within_its_bounds) {
  constexpr std::string_view verbs[] = {"add", "remove", "replace", "move", "copy", "test", "frob"};
  std::mt19937 random(17);
  int applied = 0;
  for (int round = 0; round < 3000; ++round) {
    json::array operations;
    for (auto n = 1 + random() % 12; n > 0; --n)
      operations.push_back(
        json::object{{"op", verbs[random() % std::size(verbs)]},
                     {"path", random_path(random)},
                     {"from", random_path(random)},
                     {"value", random() % 2 ? json::value(json::array{1, json::object()}) : json::value(1)}});
    auto out = apply_json_patch(json::parse(R"({"a":[{"b":1},{"a":[]}],"b":{"a":{}}})"), operations);
    applied += out ? 1 : 0;
  }
  EXPECT_GT(applied, 30);
}

} // namespace

} // namespace troupe::policies::patch
